-- Up Migration

-- Emergency plans (应急预案): what must be written, drilled and inspected before it stands.
create table plan (
  code text primary key,
  name text not null,
  name_en text not null,
  kind text not null check (kind in ('overall', 'special', 'sub')),
  event_type text not null,
  levels text not null,
  start_when text not null,
  status text not null check (status in ('DRAFT', 'DRILLED', 'INSPECTED', 'EFFECTIVE', 'REVISING', 'RETIRED')),
  last_drill text not null default '',
  keywords text[] not null default '{}',
  town_id text references unit
);

-- One role of a plan; a person may hold several.
create table plan_member (
  plan_code text not null references plan on delete cascade,
  call_order int not null,
  role text not null,
  person_id text not null references person,
  -- 总指挥, 副总指挥, 现场指挥: not silenced by "mute all but commanders"
  commander boolean not null default false,
  -- the deputy is rung beside him after the first miss
  must_answer boolean not null default false,
  primary key (plan_code, call_order)
);

create table plan_resource (
  id bigint generated always as identity primary key,
  plan_code text not null references plan on delete cascade,
  item text not null,
  quantity numeric not null,
  unit text not null,
  place text not null,
  keeper_id text references person
);

create sequence incident_number;

-- An incident (突发事件) and the dial that was started for it.
create table incident (
  id uuid primary key,
  number text not null unique,
  -- what makes two starts the same one, while it is open
  sameness text not null,
  plan_code text references plan,
  order_id uuid references work_order,
  title text not null,
  place text not null default '',
  level text not null default '',
  reason text not null,
  drill boolean not null default false,
  mode text not null check (mode in ('simultaneous', 'sequential')),
  state text not null check (state in ('dialling', 'stopped', 'ended')),
  pin_sealed bytea not null,
  -- conference: rooms are `<room_prefix>-0` (root) and `<room_prefix>-1..n` (leaves)
  room_prefix text not null unique,
  leaf_rooms int not null,
  locked boolean not null default false,
  muted_all boolean not null default false,
  recording text,
  message text not null,
  prompt text,
  started_by text not null,
  started_at timestamptz not null,
  stopped_at timestamptz,
  ended_by text,
  ended_at timestamptz,
  next_at timestamptz,
  revision int not null default 1
);
create unique index incident_one_open on incident (sameness) where ended_at is null;
create index incident_recent on incident (started_at desc, id);
create index incident_due on incident (next_at) where ended_at is null and next_at is not null;

create table incident_member (
  id uuid primary key,
  incident_id uuid not null references incident,
  person_id text,
  name text not null,
  roles text[] not null,
  unit_id text,
  ordering int not null,
  commander boolean not null default false,
  must_answer boolean not null default false,
  numbers_sealed bytea not null,
  number_count int not null,
  deputy_person_id text,
  deputy_of uuid references incident_member,
  state text not null check (state in ('waiting', 'ringing', 'acknowledged', 'joined', 'cannot-come', 'unreached', 'dropped')),
  state_at timestamptz not null,
  -- rounds asked for so far: the request's key carries it, so that a re-dial is a request of its own
  dial_round int not null default 0,
  request_id uuid,
  missed_legs int not null default 0,
  skipped boolean not null default false,
  leg_id text,
  -- unique id and name of the channel he is in a room with
  channel_id text,
  channel_name text,
  -- the room he is dealt; `in_room` where he is now
  room text not null,
  in_room text,
  acknowledged_at timestamptz,
  joined_at timestamptz,
  left_at timestamptz,
  joins int not null default 0,
  muted boolean not null default false,
  removed boolean not null default false,
  private_room text,
  admitted_by text,
  revision int not null default 1
);
create unique index incident_member_once on incident_member (incident_id, person_id) where person_id is not null;
create index incident_member_incident on incident_member (incident_id, ordering);
create index incident_member_channel on incident_member (channel_id) where channel_id is not null;

-- Every attempt, cause, key, join, leave, mute and by whom. Append-only.
create table incident_event (
  id bigint generated always as identity primary key,
  incident_id uuid not null,
  member_id uuid,
  leg_id text,
  at timestamptz not null,
  kind text not null,
  actor text not null,
  detail jsonb not null default '{}'
);
create index incident_event_incident on incident_event (incident_id, id);
create trigger incident_event_append_only before update or delete on incident_event
  for each row execute function refuse_change();
