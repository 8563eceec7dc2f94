-- Up Migration

-- What protects somebody who joins an order is his own: type, marks, confidentiality, and the day he complained.
alter table co_complainant
  add column request_type text,
  add column marks text[] not null default '{}',
  add column confidential boolean not null default false,
  add column complained_at timestamptz;
update co_complainant c set request_type = o.request_type, marks = o.marks, confidential = o.confidential, complained_at = o.received_at
  from work_order o where o.id = c.from_order and o.number_hash is not distinct from c.number_hash;
update co_complainant set complained_at = added_at where complained_at is null;
alter table co_complainant alter column complained_at set not null;

-- A check that standing rows break is kept for new ones, and said: rows of earlier versions are history, never a reason not to start.
create function add_check (relation regclass, name text, definition text) returns void language plpgsql as $$
begin
  execute format('alter table %s add constraint %I %s not valid', relation, name, definition);
  begin
    execute format('alter table %s validate constraint %I', relation, name);
  exception when check_violation or foreign_key_violation then
    raise warning 'rows of % from before break %; new ones may not', relation, name;
  end;
end $$;

select add_check('work_order', 'work_order_state', $$check (state in ('DRAFT', 'RECEIVED', 'ANSWERED', 'REJECTED', 'MERGED', 'FILED',
  'DISPATCHED', 'SIGNED',
  'RETURN_REQUESTED', 'ON_SITE', 'HANDLING', 'COORDINATING', 'REPORTED', 'VERIFYING', 'REWORK', 'CLOSED'))$$);
select add_check('work_order', 'work_order_channel', $$check (channel in ('HOTLINE_962000', 'CITY_12345', 'POLICE_110', 'GRID_PATROL',
  'COMMUNITY_PATROL',
  'STREET_JOINT', 'MAYOR_MAILBOX', 'PARTY_MAILBOX', 'LEADER_VISIT', 'EMERGENCY_DUTY', 'INFO_COLLECTION', 'VIDEO', 'VOLUNTEER',
  'DEVICE_ALARM', 'MEDIA', 'MEDIATION'))$$);
select add_check('work_order', 'work_order_request_type', $$check (request_type in ('CONSULTATION', 'HELP', 'COMPLAINT',
  'REPORT_OF_WRONG', 'SUGGESTION',
  'PRAISE', 'FIND', 'ALARM'))$$);
select add_check('work_order', 'work_order_urgency', $$check (urgency in ('normal', 'urgent', 'critical'))$$);
select add_check('work_order', 'work_order_callback_status', $$check (callback_status in ('NOT_REQUIRED', 'PENDING', 'CONFIRMED', 'OFFICER',
  'DISSATISFIED_EXPLAINED', 'REWORK', 'UNREACHABLE'))$$);
select add_check('work_order', 'work_order_verification_status', $$check (verification_status in ('NOT_REQUIRED', 'PENDING', 'PASSED',
  'FAILED'))$$);
select add_check('work_order', 'work_order_result', $$check (result in ('SOLVED', 'EXPLAINED', 'NOT_SOLVABLE_NOW', 'UNREACHABLE'))$$);
select add_check('work_order', 'work_order_level', $$check (level between 0 and 3)$$);
-- What is over has an end, and nothing else has; what goes to units was filed; a merged order says into which.
select add_check('work_order', 'work_order_ended', $$check ((closed_at is not null) = (state in ('ANSWERED', 'REJECTED', 'MERGED',
  'CLOSED')))$$);
select add_check('work_order', 'work_order_filed', $$check (filed_at is not null or state in ('DRAFT', 'RECEIVED', 'ANSWERED',
  'REJECTED', 'MERGED'))$$);
select add_check('work_order', 'work_order_merged', $$check ((merged_into is not null) = (state = 'MERGED'))$$);
select add_check('work_order', 'work_order_received_first', $$check (filed_at >= received_at and closed_at >= received_at)$$);
select add_check('assignment', 'assignment_sent', $$check ((dispatched_at is null) = (state = 'waiting') or state = 'ended')$$);
select add_check('assignment', 'assignment_ended', $$check ((ended_at is not null) = (state = 'ended'))$$);
select add_check('co_complainant', 'co_complainant_request_type', $$check (request_type in ('CONSULTATION', 'HELP', 'COMPLAINT',
  'REPORT_OF_WRONG', 'SUGGESTION',
  'PRAISE', 'FIND', 'ALARM'))$$);
select add_check('co_complainant', 'co_complainant_from_order', 'foreign key (from_order) references work_order');
select add_check('order_event', 'order_event_order', 'foreign key (order_id) references work_order');
select add_check('order_event', 'order_event_states', $$check (coalesce(from_state, 'DRAFT') in ('DRAFT', 'RECEIVED', 'ANSWERED',
  'REJECTED', 'MERGED', 'FILED',
  'DISPATCHED', 'SIGNED', 'RETURN_REQUESTED', 'ON_SITE', 'HANDLING', 'COORDINATING', 'REPORTED', 'VERIFYING', 'REWORK', 'CLOSED')
  and coalesce(to_state, 'DRAFT') in ('DRAFT', 'RECEIVED', 'ANSWERED', 'REJECTED', 'MERGED', 'FILED', 'DISPATCHED', 'SIGNED',
  'RETURN_REQUESTED', 'ON_SITE',
  'HANDLING', 'COORDINATING', 'REPORTED', 'VERIFYING', 'REWORK', 'CLOSED'))$$);
select add_check('call_work_order', 'call_work_order_order', 'foreign key (order_id) references work_order');
select add_check('call_work_order', 'call_work_order_role', $$check (role in ('origin', 'first_contact', 'reminder', 'callback',
  'verification', 'emergency'))$$);

-- One clock of a kind in a round, also where it is no assignment's. The one that was started first stays.
delete from deadline d using deadline e where d.assignment_id is null and e.assignment_id is null and d.order_id = e.order_id and d.kind
  = e.kind
  and d.cycle = e.cycle and (d.started_at, d.id) > (e.started_at, e.id);
alter table deadline drop constraint deadline_order_id_kind_cycle_assignment_id_key;
alter table deadline add constraint deadline_once unique nulls not distinct (order_id, kind, cycle, assignment_id);

-- One text of a category a day: of two that overlap, the earlier ends the day before the later begins.
create extension if not exists btree_gist;
update category c set valid_to = n.begins - 1 from (select code, valid_from, lead(valid_from) over (partition by code order by
  valid_from) as begins from category) n
  where n.code = c.code and n.valid_from = c.valid_from and (c.valid_to is null or c.valid_to >= n.begins);
alter table category add constraint category_one_a_day exclude using gist (code with =, daterange(valid_from, valid_to, '[]') with &&)
  where (valid_to is null or valid_to >= valid_from);
