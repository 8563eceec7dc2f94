-- Up Migration

-- That somebody does the background work: written every few seconds by whoever does it, read by servers that run apart from it.
-- Both times are this database's, so that two machines' clocks do not matter. One row: which worker it was is nobody's question.
create table heart_beat (
  part text primary key check (part = 'worker'),
  at timestamptz not null,
  -- how the worker's own parts do: Redis, shipper, relay, sweeps
  report jsonb not null
);
