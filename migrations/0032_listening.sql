-- Up Migration

-- 监听: a shift leader in an agent's call has a state of his own, talking to nobody and ready for nobody.
alter table agent drop constraint agent_state;
alter table agent add constraint agent_state check (state in ('out', 'ready', 'ringing', 'talking', 'listening', 'wrap-up', 'paused')
  and afterwards in ('out', 'ready', 'paused')) not valid;
alter table agent_event drop constraint agent_event_state;
alter table agent_event add constraint agent_event_state
  check (state in ('out', 'ready', 'ringing', 'talking', 'listening', 'wrap-up', 'paused')) not valid;
