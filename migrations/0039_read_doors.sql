-- Up Migration

-- What a capability lets others read of its tables: each view has the columns they join, and no secret among them that they need not have.
-- The tables themselves are named by their owner alone.

create view agent_read as select extension, login, display_name, webrtc from agent;

-- What the page of this telephone registers with.
create view agent_telephone as select extension, display_name, sip_password, webrtc from agent;

create view assignment_read as select order_id, no, unit_id, role, state from assignment;

create view call_read as
  select id, state, purpose, number_hash, offered_at, answered_at, ended_at, recorded from call;

create view call_work_order_read as select call_id, order_id, role from call_work_order;

create view callback_read as
  select id, order_id, cycle, co_complainant_id, status, by_person, contacted, solved, grade, attempts, next_at, created_at, finished_at
    from callback;

create view category_read as select code, name, valid_from from category;

create view channel_read as
  select unique_id, node, call_id, name, kind, extension, started_at, answered_at, ended_at, lost from channel;

create view co_complainant_read as select id, order_id, call_id, number_hash, confidential from co_complainant;

create view leg_read as select id, request_id, purpose, number_sealed, number_hash, placing_at from leg;

create view pbx_node_read as select node, started_at from pbx_node;

create view person_read as
  select id, name, title, unit_id, mobile, office, deputy_id, valid_from, valid_to from person;

-- A photo that was taken away is not one.
create view photo_read as
  select id, order_id, purpose, cycle, at, taken_by, unit_id, width, height from photo where removed_at is null;

create view unit_read as select id, kind, parent_id, name from unit;

create view user_account_read as select login, roles, unit_id, person_id, extension, disabled_at from user_account;

create view work_order_read as
  select id, number, state, channel, request_type, category_code, urgency, title, confidential, about_unit_id, town_id, cycle, created_by,
      number_hash, received_at, filed_at, dispatched_at, first_contact_at, reported_at, closed_at, citizen_due_at, return_count,
      rework_count, on_site_overtime_at, handling_overtime_at, citizen_overtime_at, dispatch_overtime_at, first_contact_overtime_at
    from work_order;
