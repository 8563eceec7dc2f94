-- Up Migration

-- What the product writes, and nothing else. Rows of earlier versions that break a check stay as they are.
select add_check('agent', 'agent_state', $$check (state in ('out', 'ready', 'ringing', 'talking', 'wrap-up', 'paused')
  and afterwards in ('out', 'ready', 'paused'))$$);
select add_check('agent_event', 'agent_event_state', $$check (state in ('out', 'ready', 'ringing', 'talking', 'wrap-up', 'paused'))$$);
select add_check('agent_event', 'agent_event_agent', 'foreign key (extension) references agent');
select add_check('incident_event', 'incident_event_incident', 'foreign key (incident_id) references incident');
select add_check('manual_call', 'manual_call_order', 'foreign key (order_id) references work_order');
drop function add_check (regclass, text, text);

-- 超时 is one thing everywhere: the dispatcher's own clock is among those that make an order overdue.
drop index work_order_overtime;
create index work_order_overtime on work_order (received_at desc, id desc)
  where on_site_overtime_at is not null or handling_overtime_at is not null or citizen_overtime_at is not null
    or dispatch_overtime_at is not null;

comment on table unit is
  'A unit under an id that is never used again. Its days are dated; its name, parent and kind are those of today.';
comment on table person is
  'A person under an id that is never used again. His days are dated; everything else is as of today.';
