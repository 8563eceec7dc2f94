-- Up Migration

-- The PBX whose queue may give a ready agent a citizen; null: none for now. Only one PBX at a time: the others have the agent paused.
alter table agent add column seat text check (seat ~ '^[a-z0-9][a-z0-9-]*$');

-- The PBX that offers the agent citizens while the service is silent; null: none, or only one PBX.
alter table agent add column home text check (home ~ '^[a-z0-9][a-z0-9-]*$');

-- A citizen was offered to an agent while another, on another PBX, had waited longer by more than a second.
create table queue_inversion (
  -- the channel of the citizen who was offered: each process that works sees the offer, one notes it
  offered text primary key,
  at timestamptz not null,
  -- whose citizen was offered, and whose waited
  node text not null,
  over_node text not null,
  longer_ms int not null check (longer_ms > 1000)
);
create index queue_inversion_at on queue_inversion (at);
