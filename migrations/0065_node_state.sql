-- What the process beside each PBX last said of itself: its journal, its disks, its prompts.
create table node_state (
  node text primary key check (node ~ '^[a-z0-9]{1,16}$'),
  at timestamptz not null,
  report jsonb not null
);

-- The node of a leg holds its recording.
create or replace view leg_read as select id, request_id, purpose, number_sealed, number_hash, placing_at, node from leg;
