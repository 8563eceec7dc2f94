-- Up Migration

-- The hotline is restricted for nobody: the agents who answer its calls could not file them.
alter table channel_policy add constraint channel_policy_hotline check (not restricted or code <> 'HOTLINE_962000') not valid;
do $$ begin
  alter table channel_policy validate constraint channel_policy_hotline;
exception when check_violation then
  -- Rows of earlier versions are history, never a reason not to start.
  raise warning 'channel policies from before restrict the hotline; new ones may not';
end $$;

-- By which row an officer's time was set, for the order's page.
create or replace view callback_read as
  select id, order_id, cycle, co_complainant_id, status, by_person, contacted, solved, grade, attempts, next_at, created_at, finished_at,
      officer_due_at, officer_reckoning->>'policySince' as officer_policy_since
    from callback;

-- The missed call whose caller is rung back by hand; others read who rings them now.
alter table manual_call add column call_id text references call;
create index manual_call_call on manual_call (call_id) where state <> 'ended' and call_id is not null;
create view manual_call_read as
  select login, call_id, requested_at from manual_call where state <> 'ended' and call_id is not null;
