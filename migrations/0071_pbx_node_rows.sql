-- Up Migration

-- The PBXs of this service: where each is reached, and whether it takes anything new. Addresses are `host:port`.
alter table pbx_node
  add constraint pbx_node_name check (node ~ '^[a-z0-9]{1,16}$') not valid,
  -- draining: what lives there goes on, nothing new comes; removed: no part of the service any more, its name stays taken
  add column state text not null default 'active' check (state in ('active', 'draining', 'removed')),
  -- the settings of the service give its addresses, anew at each start
  add column from_settings boolean not null default false,
  -- null: a row of an earlier version, which no start has entered yet
  add column sip text,
  add column ami text,
  add column ami_user text,
  add column ami_secret_sealed bytea,
  add column web_socket_url text,
  -- null: no process stands beside it
  add column door text,
  add column door_secret_sealed bytea,
  add column version int not null default 1,
  -- null: no person ever did
  add column changed_by text,
  add column changed_at timestamptz,
  add constraint pbx_node_addresses check (num_nulls(sip, ami, ami_user, ami_secret_sealed, web_socket_url) in (0, 5)),
  add constraint pbx_node_door check ((door is null) = (door_secret_sealed is null)),
  add constraint pbx_node_changed check ((changed_by is null) = (changed_at is null));

-- For those who choose between PBXs without asking one: a draining one gets nothing new.
create or replace view pbx_node_read as
  select node, started_at, state, sip, ami from pbx_node;
