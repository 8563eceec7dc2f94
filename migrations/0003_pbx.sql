-- Up Migration

-- Where each journal file has been shipped to. A file is known by the generation given when it was rotated.
create table journal_file (
  node text not null,
  generation int not null,
  position bigint not null default 0,
  complete boolean not null default false,
  -- fingerprint of the file's first bytes, to notice that another file stands in its place
  head text,
  started_at timestamptz not null default now(),
  completed_at timestamptz,
  deleted_at timestamptz,
  primary key (node, generation)
);

-- One row is one event of the PBX. `line` is the byte at which the row begins in its generation's file;
-- generation 0 holds what the service itself notes about the PBX (NODE_RESTART, line = start time in ms).
create table pbx_journal (
  id bigint generated always as identity primary key,
  node text not null,
  generation int not null,
  line bigint not null,
  event text not null,
  at timestamptz not null,
  unique_id text not null,
  linked_id text not null,
  channel text not null,
  num text not null,
  dnid text not null,
  exten text not null,
  context text not null,
  app text not null,
  app_data text not null,
  peer text not null,
  extra text not null,
  handled_at timestamptz,
  error text,
  unique (node, generation, line)
);
create index pbx_journal_unhandled on pbx_journal (id) where handled_at is null and error is null;
create index pbx_journal_parked on pbx_journal (linked_id) where error is not null and handled_at is null;
create index pbx_journal_linked on pbx_journal (linked_id);

-- Lines that are not rows: torn by a full disk, or sent by somebody who hoped to write a row.
create table journal_quarantine (
  node text not null,
  generation int not null,
  position bigint not null,
  content text not null,
  reason text not null,
  found_at timestamptz not null default now(),
  primary key (node, generation, position)
);

create table pbx_node (
  node text primary key,
  started_at timestamptz,
  seen_at timestamptz
);

-- A call is what a person would call one: several channels, joined by bridging and transfer.
create table call (
  id text primary key,
  node text not null,
  direction text not null check (direction in ('inbound', 'outbound', 'internal')),
  purpose text,
  state text not null check (state in ('ringing', 'queued', 'overflow', 'talking', 'held', 'ended')),
  number_sealed bytea,
  number_hash bytea,
  withheld boolean not null default false,
  did text,
  service text,
  priority int,
  offered_at timestamptz not null,
  queued_at timestamptz,
  answered_at timestamptz,
  answered_by text,
  left_queue_at timestamptz,
  abandoned_at timestamptz,
  overflow_to text,
  ended_at timestamptz,
  ended_by text,
  end_cause int,
  lost boolean not null default false,
  recording text,
  recording_bytes bigint,
  disposition text,
  disposition_by text,
  disposition_at timestamptz,
  merged_into text,
  revision int not null default 1
);
create index call_open on call (offered_at) where ended_at is null;
create index call_recent on call (offered_at desc, id);
create index call_number on call (number_hash, offered_at desc);

create table call_alias (
  linked_id text primary key,
  call_id text not null references call
);

create table channel (
  unique_id text primary key,
  node text not null,
  call_id text not null references call,
  linked_id text not null,
  name text not null,
  -- citizen, outside or agent
  kind text not null,
  extension text,
  started_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz,
  cause int,
  lost boolean not null default false
);
create index channel_call on channel (call_id);
create index channel_living on channel (node) where ended_at is null;

create table call_event (
  id bigint generated always as identity primary key,
  call_id text not null,
  at timestamptz not null,
  kind text not null,
  actor text not null,
  detail jsonb not null default '{}',
  journal_id bigint
);
create index call_event_call on call_event (call_id, id);

create table agent (
  extension text primary key,
  login text,
  display_name text not null,
  sip_password text not null,
  webrtc boolean not null default false,
  -- out, ready, ringing, talking, wrap-up, paused
  state text not null default 'out',
  reason text,
  since timestamptz not null default now(),
  call_id text,
  wrap_up_until timestamptz,
  -- living channels of this telephone: unique id → ringing or talking
  channels jsonb not null default '{}',
  -- the chosen state that comes back after a call: ready, paused or out
  afterwards text not null default 'out',
  sample boolean not null default false
);

-- Every change of state, for time sheets: a state lasts until the next row of the extension.
create table agent_event (
  id bigint generated always as identity primary key,
  extension text not null,
  at timestamptz not null,
  state text not null,
  reason text,
  call_id text,
  actor text not null
);
create index agent_event_extension on agent_event (extension, id);

create table call_work_order (
  call_id text not null references call,
  order_id uuid not null,
  role text not null,
  linked_by text not null,
  linked_at timestamptz not null,
  primary key (call_id, order_id, role)
);
create index call_work_order_order on call_work_order (order_id);

-- One who called and reached nobody is rung back: once until he is reached or has called again.
create table missed_call_return (
  call_id text primary key references call,
  number_hash bytea not null,
  request_id uuid,
  state text not null check (state in ('open', 'reached', 'called-again', 'not-reached', 'not-dialled')),
  requested_at timestamptz not null,
  finished_at timestamptz
);
create unique index missed_call_return_open on missed_call_return (number_hash) where state = 'open';

-- A call somebody makes to a citizen by a click: first his own telephone rings, then, over the dialler, the citizen's.
-- `id` is the unique id of the channel to his own telephone.
create table manual_call (
  id text primary key,
  extension text not null,
  login text not null,
  order_id uuid,
  number_sealed bytea not null,
  state text not null check (state in ('ringing', 'dialling', 'talking', 'ended')),
  request_id uuid,
  leg_id text,
  requested_at timestamptz not null,
  ended_at timestamptz,
  result text
);
create index manual_call_request on manual_call (request_id);
