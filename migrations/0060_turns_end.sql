-- Up Migration

-- Until when a member's unanswered dial holds up the next one's turn.
alter table incident_member add column turn_until timestamptz;

-- The turn was over and nothing had been heard of the member: a line on the incident's timeline.
alter domain incident_event_kind drop constraint incident_event_kind_words;
alter domain incident_event_kind add constraint incident_event_kind_words check (value in (
  'started', 'stopped', 'resumed', 'reordered', 'ended', 'locked', 'unlocked', 'muted-all', 'unmuted-all',
  'recording-started', 'recording-stopped', 'private', 'reunited', 'added', 'skipped', 'removed', 'not-in-office',
  'same-telephone', 'number-refused', 'no-number', 'dialled', 'placed', 'answered', 'key', 'leg-ended', 'finished',
  'unreached', 'entered', 'left', 'refused-locked', 'self-muted', 'self-unmuted', 'muted', 'unmuted', 'admitted', 'spoke',
  'chair-rung', 'chair-not-answered', 'deputy-called', 'deputy-unknown', 'wrong-pin', 'turn-over')) not valid;

-- As before: rows of earlier versions that hold another word stay as they are.
do $$ begin
  alter domain incident_event_kind validate constraint incident_event_kind_words;
exception when check_violation then
  raise warning 'rows from before hold other words than incident_event_kind; new ones may not';
end $$;

-- A line that has ended says how: others tell a hang-up from a line that was lost.
create or replace view channel_read as
  select unique_id, node, call_id, name, kind, extension, started_at, answered_at, ended_at, lost, cause from channel;
