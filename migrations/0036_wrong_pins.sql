-- Up Migration

-- Somebody rang in as a member and did not know the PIN: a line on the incident's timeline.
alter domain incident_event_kind drop constraint incident_event_kind_words;
alter domain incident_event_kind add constraint incident_event_kind_words check (value in (
  'started', 'stopped', 'resumed', 'reordered', 'ended', 'locked', 'unlocked', 'muted-all', 'unmuted-all',
  'recording-started', 'recording-stopped', 'private', 'reunited', 'added', 'skipped', 'removed', 'not-in-office',
  'same-telephone', 'number-refused', 'no-number', 'dialled', 'placed', 'answered', 'key', 'leg-ended', 'finished',
  'unreached', 'entered', 'left', 'refused-locked', 'self-muted', 'self-unmuted', 'muted', 'unmuted', 'admitted', 'spoke',
  'chair-rung', 'chair-not-answered', 'deputy-called', 'deputy-unknown', 'wrong-pin')) not valid;

-- As before: rows of earlier versions that hold another word stay as they are.
do $$ begin
  alter domain incident_event_kind validate constraint incident_event_kind_words;
exception when check_violation then
  raise warning 'rows from before hold other words than incident_event_kind; new ones may not';
end $$;
