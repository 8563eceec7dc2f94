-- Up Migration

-- Until when a member's unanswered dial holds up the next one's turn.
alter table incident_member add column turn_until timestamptz;

-- A line that has ended says how: others tell a hang-up from a line that was lost.
create or replace view channel_read as
  select unique_id, node, call_id, name, kind, extension, started_at, answered_at, ended_at, lost, cause from channel;
