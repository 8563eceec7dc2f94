-- Up Migration

-- Until when a member's unanswered dial holds up the next one's turn.
alter table incident_member add column turn_until timestamptz;
