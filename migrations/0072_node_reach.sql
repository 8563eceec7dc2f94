-- Up Migration

-- When each PBX was last heard from, by whichever process of ours, and whether it is lost. Times are this database's, but for `lost_at`.
create table node_reach (
  node text primary key check (node ~ '^[a-z0-9][a-z0-9-]*$'),
  -- some process of ours had a link to it
  linked_at timestamptz,
  -- any sign of life: a link, the process beside it, an answer to OPTIONS
  heard_at timestamptz,
  -- its calls were ended by NODE_LOST then, and it is not back; null: it is not lost
  lost_at timestamptz,
  -- the login of an administrator, or `system`
  lost_by text,
  lost_reason text,
  -- how often it was lost: each time is one row of the journal
  losses int not null default 0 check (losses >= 0),
  check ((lost_at is null) = (lost_by is null) and (lost_at is null) = (lost_reason is null))
);

-- A file that began as a copy of an earlier generation: a PBX's disk came back from a backup. Its lines up to `position` were there before.
alter table journal_file add column copy_of int;

-- PBXs that are lost: nothing but an emergency is placed on one before what it lived through is read.
create view node_lost_read as select node from node_reach where lost_at is not null;

-- A call, or one of its channels, that had ended with a lost PBX goes on: the PBX is back, and the channel lives.
alter domain call_event_kind drop constraint call_event_kind_words;
alter domain call_event_kind add constraint call_event_kind_words check (value in (
  'offered', 'placed', 'dialled', 'queued', 'left-queue', 'ringing', 'not-answered', 'answered', 'abandoned', 'overflow',
  'held', 'retrieved', 'agent-gone', 'transfer', 'joined', 'left', 'merged', 'recording', 'recorded', 'not-recorded',
  'emergency-centre', 'outside', 'person-wanted', 'callback-awaited', 'missed-call-return', 'conference', 'refused',
  'disposition', 'listened', 'switched', 'civility-warning', 'ended', 'reopened')) not valid;
do $$
begin
  alter domain call_event_kind validate constraint call_event_kind_words;
exception when check_violation then
  raise warning 'rows from before hold other words than call_event_kind; new ones may not';
end $$;
