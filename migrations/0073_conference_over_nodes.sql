-- Up Migration

-- Leaf rooms of a conference may stand on other PBXs than its root. Each leaf is joined to the root by one link.
alter table conference_room
  -- unique id of the link's channel on the leaf's PBX; null: it is to be made
  add column link_id text unique,
  -- when it was asked for
  add column linked_at timestamptz,
  -- the leaf hears the root
  add column joined boolean not null default false,
  -- when it was cut off; null: never, or it is joined again
  add column cut_at timestamptz,
  -- its PBX has not muted, or given voices back, as the roster says
  add column behind boolean not null default false,
  -- the conference is over, and its PBX has let everybody go
  add column closed_at timestamptz;
update conference_room set joined = true;
-- The room apart for which a member is rung anew, on the PBX of that room; the old line ends when the new one is there.
alter table incident_member add column moving_room text, add column moving_request uuid,
  -- unique id of that old line: what its PBX still tells of it comes late
  add column moved_from text;

create index conference_room_node on conference_room (node);

-- A recording of a conference, by parts: the root may move to another PBX.
create table incident_recording (
  incident_id uuid not null references incident,
  part int not null check (part > 0),
  node text not null,
  -- below the recordings folder of that PBX
  file text not null,
  asked_at timestamptz not null,
  -- null: the PBX has not begun it yet
  begun_at timestamptz,
  ended_at timestamptz,
  primary key (incident_id, part)
);

alter domain incident_event_kind drop constraint incident_event_kind_words;
alter domain incident_event_kind add constraint incident_event_kind_words check (value in (
  'started', 'stopped', 'resumed', 'reordered', 'ended', 'locked', 'unlocked', 'muted-all', 'unmuted-all',
  'recording-started', 'recording-stopped', 'private', 'reunited', 'added', 'skipped', 'removed', 'not-in-office',
  'same-telephone', 'number-refused', 'no-number', 'dialled', 'placed', 'answered', 'key', 'leg-ended', 'finished',
  'unreached', 'entered', 'left', 'refused-locked', 'self-muted', 'self-unmuted', 'muted', 'unmuted', 'admitted', 'spoke',
  'chair-rung', 'chair-not-answered', 'deputy-called', 'deputy-unknown', 'wrong-pin', 'turn-over',
  'link-cut', 'link-restored', 'root-moved', 'moved', 'not-moved')) not valid;

-- As before: rows of earlier versions that hold another word stay as they are.
do $$ begin
  alter domain incident_event_kind validate constraint incident_event_kind_words;
exception when check_violation then
  raise warning 'rows from before hold other words than incident_event_kind; new ones may not';
end $$;
