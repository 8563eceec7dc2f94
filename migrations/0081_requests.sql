-- Up Migration

-- What the dialler is asked for is named apart from what a citizen said: a request (诉求) is the citizen's.
alter table callback rename column request_id to dial_request_id;
alter table callback_attempt rename column request_id to dial_request_id;
alter index callback_attempt_request rename to callback_attempt_dial_request;

-- Requests and orders are two rows. A request (诉求) is what one person said, once; an order (工单) is the work. Each order begins with one
-- request; others join it, and merging moves requests from one order to another.
create table request (
  id uuid primary key,
  -- the order it belongs to now
  order_id uuid not null references work_order,
  -- the order that began with it, or that it joined; merging changes nothing of it
  filed_with uuid not null references work_order,
  -- null: its order began with it. That order then has its words, its channel, its call, the time it was received and its receipt number.
  joined_at timestamptz,
  -- 受理编号 of one that joined; null: it was told the number of the order it joined
  receipt_number text check (receipt_number is null or joined_at is not null),
  words text not null default '' check (words = '' or joined_at is not null),
  call_id text check (call_id is null or joined_at is not null),
  name_sealed bytea,
  number_sealed bytea,
  number_hash bytea,
  -- a number changed since is nobody's calling number
  number_changed boolean not null default false,
  anonymous boolean not null default false,
  confidential boolean not null default false,
  wants_callback boolean not null default true,
  request_type request_type,
  -- elderly, dialect, injured: a person calls these back, not the machine
  marks text[] not null default '{}',
  -- what this person was answered
  reply text
);

-- One for each order. Of a merged one it is where the merging has taken it, under the id that it had as a co-complainant there.
with recursive place (id, now) as (
  select id, id from work_order where merged_into is null
  union all select o.id, p.now from work_order o join place p on o.merged_into = p.id
), moved as (
  -- Merging added it to the order it was merged into; whoever had joined it before was only moved along.
  select distinct on (from_order) from_order, id from co_complainant where from_order is not null order by from_order, added_at desc, id
)
insert into request (id, order_id, filed_with, name_sealed, number_sealed, number_hash, number_changed, anonymous, confidential,
    wants_callback, request_type, marks, reply)
  select coalesce(m.id, gen_random_uuid()), p.now, o.id, o.complainant_name_sealed, o.number_sealed, o.number_hash, o.number_changed,
      o.anonymous, o.confidential, o.wants_callback, o.request_type, o.marks, o.reply
    from work_order o join place p on p.id = o.id left join moved m on m.from_order = o.id;
-- One for each person who joined an order by word alone.
insert into request (id, order_id, filed_with, joined_at, call_id, name_sealed, number_sealed, number_hash, confidential, wants_callback,
    request_type, marks)
  select c.id, c.order_id, coalesce(c.from_order, c.order_id), c.added_at, c.call_id, c.name_sealed, c.number_sealed, c.number_hash,
      c.confidential, c.wants_callback, c.request_type, c.marks
    from co_complainant c where not exists (select from request r where r.id = c.id);

create index request_order on request (order_id);
create index request_joined on request (filed_with) where joined_at is not null;
create unique index request_beginning on request (filed_with) where joined_at is null;
create unique index request_receipt on request (receipt_number text_pattern_ops) where receipt_number is not null;
create index request_number on request (number_hash) where number_hash is not null;
create index work_order_merged_into on work_order (merged_into) where merged_into is not null;

drop view callback_read;
alter table callback add column request_id uuid references request;
update callback c set request_id = coalesce(c.co_complainant_id,
  (select r.id from request r where r.filed_with = c.order_id and r.joined_at is null));
alter table callback alter column request_id set not null;
alter table callback drop column co_complainant_id;
create unique index callback_once on callback (order_id, cycle, request_id);
create view callback_read as
  select id, order_id, cycle, request_id, status, by_person, contacted, solved, grade, attempts, next_at, created_at, finished_at,
      officer_due_at, officer_reckoning->>'policySince' as officer_policy_since
    from callback;

drop view co_complainant_read;
drop view work_order_read;
drop table co_complainant;
alter table work_order
  drop column complainant_name_sealed,
  drop column number_sealed,
  drop column number_hash,
  drop column number_changed,
  drop column anonymous,
  drop column confidential,
  drop column wants_callback,
  drop column request_type,
  drop column marks,
  drop column reply;

-- An order with the request it began with. It is confidential to readers as soon as one of its requests is; of a merged order those count
-- that were filed with it.
create view work_order_read as
  select id, number, state, channel, request_type, category_code, urgency, title, confidential, about_unit_id, town_id, cycle, created_by,
      number_hash, received_at, filed_at, dispatched_at, first_contact_at, reported_at, closed_at, citizen_due_at, return_count,
      rework_count, on_site_overtime_at, handling_overtime_at, citizen_overtime_at, dispatch_overtime_at, first_contact_overtime_at,
      restricted, origin_call_id, number_changed,
      case when restricted then 'restricted' when confidential then 'confidential' else 'ordinary' end as kind
    from (select o.*, r.request_type, r.number_hash, r.number_changed,
        r.confidential or exists (select from request q where q.order_id = o.id and q.confidential)
          or exists (select from request q where q.filed_with = o.id and q.confidential and q.joined_at is not null) as confidential
      from work_order o join request r on r.filed_with = o.id and r.joined_at is null) o;

-- A merge is taken back, and a request goes back to its order.
alter domain order_event_kind drop constraint order_event_kind_words;
alter domain order_event_kind add constraint order_event_kind_words check (value in (
  'draft.open', 'draft.save', 'draft.abandon', 'intake.receive', 'intake.answer', 'intake.reject', 'answer.text', 'case.file',
  'case.merge', 'case.unmerge', 'case.amend', 'case.note', 'case.dispatch', 'case.urge', 'case.rework', 'case.reopen', 'case.close',
  'checks.decide', 'complainant.add', 'complainant.leave', 'call.link', 'call.tried', 'praise.forward', 'dispatch.notified',
  'dispatch.nobody-to-notify', 'assignment.forward', 'assignment.sign', 'assignment.return', 'assignment.hand-over',
  'return.approve', 'return.refuse', 'handling.arrive', 'handling.start', 'handling.report', 'help.request', 'help.resolve',
  'co.sign', 'co.arrive', 'co.report', 'photo.add', 'photo.remove', 'photo.verify', 'report.accept', 'report.send-back',
  'verification.pass', 'verification.fail', 'callback.result', 'extension.request', 'extension.grant', 'extension.refuse',
  'clocks.reckoned-again', 'dispatch.half', 'dispatch.late', 'dispatch.expire', 'sign.half', 'sign.late', 'sign.expire',
  'first-contact.half', 'first-contact.late', 'first-contact.expire', 'on-site.half', 'on-site.late', 'on-site.expire',
  'handling.half', 'handling.late', 'handling.expire', 'citizen.half', 'citizen.late', 'citizen.expire')) not valid;
do $$ begin
  alter domain order_event_kind validate constraint order_event_kind_words;
exception when check_violation then
  raise warning 'rows from before hold other words than order_event_kind; new ones may not';
end $$;
