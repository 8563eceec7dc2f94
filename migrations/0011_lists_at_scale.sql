-- Up Migration

-- A year of a district is 100,000 orders. Lists read one page in their own order, whatever is asked for.
create index work_order_newest on work_order (received_at desc, id desc);
drop index work_order_recent;
create index work_order_overtime on work_order (received_at desc, id desc)
  where on_site_overtime_at is not null or handling_overtime_at is not null or citizen_overtime_at is not null;
-- by the beginning of a number
create index work_order_number_beginning on work_order (number text_pattern_ops);
-- fourteen days of the wall
create index work_order_closed on work_order (closed_at) where closed_at is not null;
