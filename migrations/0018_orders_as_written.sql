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

-- A list of values is a domain: the server reads a table's checks anew for each statement, a domain's once a connection.
-- As checks these lists took a third of what it costs the server to file an order.
create function add_domain (name text, listed text[], variadic columns text[]) returns void language plpgsql as $$
declare place text;
begin
  execute format('create domain %I as text', name);
  foreach place in array columns loop
    execute format('alter table %I alter column %I type %I', split_part(place, '.', 1), split_part(place, '.', 2), name);
  end loop;
  execute format('alter domain %I add constraint %I check (value = any (%L::text[])) not valid', name, name || '_listed', listed);
  begin
    execute format('alter domain %I validate constraint %I', name, name || '_listed');
  exception when check_violation then
    raise warning 'rows of % from before are not in the list of %; new ones may not', columns, name;
  end;
end $$;

select add_domain('order_state', '{DRAFT, RECEIVED, ANSWERED, REJECTED, MERGED, FILED, DISPATCHED, SIGNED, RETURN_REQUESTED, ON_SITE, HANDLING,
  COORDINATING, REPORTED, VERIFYING, REWORK, CLOSED}', 'work_order.state', 'order_event.from_state', 'order_event.to_state');
select add_domain('order_channel', '{HOTLINE_962000, CITY_12345, POLICE_110, GRID_PATROL, COMMUNITY_PATROL, STREET_JOINT, MAYOR_MAILBOX,
  PARTY_MAILBOX, LEADER_VISIT, EMERGENCY_DUTY, INFO_COLLECTION, VIDEO, VOLUNTEER, DEVICE_ALARM, MEDIA, MEDIATION}', 'work_order.channel');
select add_domain('request_type', '{CONSULTATION, HELP, COMPLAINT, REPORT_OF_WRONG, SUGGESTION, PRAISE, FIND, ALARM}',
  'work_order.request_type', 'co_complainant.request_type');
select add_domain('urgency', '{normal, urgent, critical}', 'work_order.urgency');
select add_domain('callback_result', '{NOT_REQUIRED, PENDING, CONFIRMED, OFFICER, DISSATISFIED_EXPLAINED, REWORK, UNREACHABLE}',
  'work_order.callback_status');
select add_domain('verification_result', '{NOT_REQUIRED, PENDING, PASSED, FAILED}', 'work_order.verification_status');
select add_domain('closing_result', '{SOLVED, EXPLAINED, NOT_SOLVABLE_NOW, UNREACHABLE}', 'work_order.result');
select add_domain('call_role', '{origin, first_contact, reminder, callback, verification, emergency}', 'call_work_order.role');
alter table deadline drop constraint deadline_kind_check;
select add_domain('deadline_kind', '{on-site, handling, citizen, dispatch, sign, first-contact}', 'deadline.kind');

select add_check('work_order', 'work_order_level', $$check (level between 0 and 3)$$);
-- What is over has an end, and nothing else has; what goes to units was filed; a merged order says into which.
select add_check('work_order', 'work_order_ended', $$check ((closed_at is not null) =
  (state = any ('{ANSWERED, REJECTED, MERGED, CLOSED}'::text[])))$$);
select add_check('work_order', 'work_order_filed', $$check (filed_at is not null or
  state = any ('{DRAFT, RECEIVED, ANSWERED, REJECTED, MERGED}'::text[]))$$);
select add_check('work_order', 'work_order_merged', $$check ((merged_into is not null) = (state = 'MERGED'))$$);
select add_check('work_order', 'work_order_received_first', $$check (filed_at >= received_at and closed_at >= received_at)$$);
select add_check('assignment', 'assignment_sent', $$check ((dispatched_at is null) = (state = 'waiting') or state = 'ended')$$);
select add_check('assignment', 'assignment_ended', $$check ((ended_at is not null) = (state = 'ended'))$$);
select add_check('co_complainant', 'co_complainant_from_order', 'foreign key (from_order) references work_order');
select add_check('order_event', 'order_event_order', 'foreign key (order_id) references work_order');
select add_check('call_work_order', 'call_work_order_order', 'foreign key (order_id) references work_order');

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
