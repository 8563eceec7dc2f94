-- Up Migration

-- What an edge has to know of a trunk, beside its host.
alter table trunk
  -- IP addresses and networks that its calls come from beside that host, divided by ", "
  add column sources text not null default '',
  -- calls a second that all edges together take from it
  add column edge_calls_per_second int not null default 30 check (edge_calls_per_second between 1 and 5000),
  -- edges stay in the dialogue (Record-Route): the carrier does not reach the PBXs' addresses
  add column remain_in_dialog boolean not null default false;
update trunk set edge_calls_per_second = calls_per_second;

create view trunk_read as
  select id, address, sources, edge_calls_per_second, remain_in_dialog, enabled and direction <> 'out' as incoming from trunk;

-- The trunk by which a call came to an edge, as that one said; null: the channel's own name says it.
alter table channel add column came_by text;
create or replace view channel_read as
  select unique_id, node, call_id, name, kind, extension, started_at, answered_at, ended_at, lost, cause, came_by from channel;

-- What the last calls of each trunk came to.
create index leg_of_trunk on leg (trunk_id, placing_at desc);
