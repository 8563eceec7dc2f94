-- Up Migration

-- An emergency alone waits for no hour: whoever is called back or rung after a missed call is rung in hours that the row says.
alter table attempt_policy add constraint attempt_policy_hours check (purpose = 'emergency' or windows ~ '[0-9]') not valid;
do $$ begin
  alter table attempt_policy validate constraint attempt_policy_hours;
exception when check_violation then
  -- Rows of earlier versions are history, never a reason not to start.
  raise warning 'attempt policies from before say no hours; new ones must';
end $$;
