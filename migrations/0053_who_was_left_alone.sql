-- Up Migration

-- A repeated complaint is one whose number rang us: boards compare an order's number with that of its first call.
create or replace view work_order_read as
  select id, number, state, channel, request_type, category_code, urgency, title, confidential, about_unit_id, town_id, cycle, created_by,
      number_hash, received_at, filed_at, dispatched_at, first_contact_at, reported_at, closed_at, citizen_due_at, return_count,
      rework_count, on_site_overtime_at, handling_overtime_at, citizen_overtime_at, dispatch_overtime_at, first_contact_overtime_at,
      restricted, origin_call_id
    from work_order;

-- A leg taken back is ended while nobody has answered it; this one also afterwards.
alter table leg add column hangup_answered boolean not null default false;

-- A citizen who pressed 1 in a return and found nobody: how often, and since when a person is to ring instead.
alter table missed_call_return add column in_vain int not null default 0 check (in_vain >= 0),
  add column by_person_since timestamptz;
create index missed_call_return_by_person on missed_call_return (by_person_since) where state = 'open' and by_person_since is not null;
