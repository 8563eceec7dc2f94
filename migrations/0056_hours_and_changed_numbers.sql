-- Up Migration

-- An emergency alone waits for no hour: whoever is called back or rung after a missed call is rung in hours that the row says.
alter table attempt_policy add constraint attempt_policy_hours check (purpose = 'emergency' or windows ~ '[0-9]') not valid;
do $$ begin
  alter table attempt_policy validate constraint attempt_policy_hours;
exception when check_violation then
  -- Rows of earlier versions are history, never a reason not to start.
  raise warning 'attempt policies from before say no hours; new ones must';
end $$;

-- A number changed since the order began is nobody's calling number: trying numbers on one order tells nothing.
alter table work_order add column number_changed boolean not null default false;
create or replace view work_order_read as
  select id, number, state, channel, request_type, category_code, urgency, title, confidential, about_unit_id, town_id, cycle, created_by,
      number_hash, received_at, filed_at, dispatched_at, first_contact_at, reported_at, closed_at, citizen_due_at, return_count,
      rework_count, on_site_overtime_at, handling_overtime_at, citizen_overtime_at, dispatch_overtime_at, first_contact_overtime_at,
      restricted, origin_call_id, number_changed
    from work_order;
