-- Up Migration

-- The kind of an order, by which everybody who reaches it goes: lists, its calls, its legs, its callbacks. It is `orderKind` of the
-- visibility policy (src/access/rules/visibility.ts), worked out here for all of them.
create or replace view work_order_read as
  select id, number, state, channel, request_type, category_code, urgency, title, confidential, about_unit_id, town_id, cycle, created_by,
      number_hash, received_at, filed_at, dispatched_at, first_contact_at, reported_at, closed_at, citizen_due_at, return_count,
      rework_count, on_site_overtime_at, handling_overtime_at, citizen_overtime_at, dispatch_overtime_at, first_contact_overtime_at,
      restricted, origin_call_id, number_changed,
      case when restricted then 'restricted' when confidential then 'confidential' else 'ordinary' end as kind
    from work_order;

-- The order's kind for those who reach it through this complainant, whose own protection counts as the order's.
create or replace view co_complainant_read as
  select id, order_id, call_id, number_hash, confidential,
      (select case when o.kind = 'ordinary' and c.confidential then 'confidential' else o.kind end
        from work_order_read o where o.id = c.order_id) as order_kind
    from co_complainant c;
