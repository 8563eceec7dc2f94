-- Up Migration

create table trunk (
  -- name of the endpoint in the PBX
  id text primary key,
  address text not null,
  channels int not null,
  reserved_inbound int not null,
  calls_per_second int not null,
  caller_id text not null,
  out_of_town_prefix text not null default '',
  enabled boolean not null default true,
  -- calls placed in the running second, counted under the row lock
  second timestamptz,
  placed_in_second int not null default 0
);

create table dial_request (
  id uuid primary key,
  key text not null unique,
  purpose text not null,
  priority smallint not null,
  ordering int not null default 0,
  subject text not null,
  -- sealed JSON list of E.164 numbers, in order
  numbers_sealed bytea not null,
  number_count int not null,
  attempts int not null,
  gap_seconds int not null,
  ring_seconds int not null,
  talk_seconds int not null,
  script jsonb not null,
  windows text not null default '',
  state text not null default 'waiting' check (state in ('waiting', 'dialling', 'finished')),
  -- where it is: attempt 1..attempts, number 0..number_count-1
  attempt int not null default 1,
  number_index int not null default 0,
  -- places of numbers that do not exist; repeats spent on what was not the callee's doing
  dead_numbers int[] not null default '{}',
  repeats int not null default 0,
  next_at timestamptz not null,
  -- the best of its legs so far
  outcome text,
  cancel_reason text,
  revision int not null default 1,
  created_at timestamptz not null,
  finished_at timestamptz,
  -- the order in which they were asked for decides between equals
  seq bigint generated always as identity
);
create index dial_request_due on dial_request (priority, ordering, next_at, seq) where state = 'waiting';
create index dial_request_subject on dial_request (subject);

create table leg (
  id text primary key,
  request_id uuid not null references dial_request,
  purpose text not null,
  priority smallint not null,
  subject text not null,
  attempt int not null,
  number_index int not null,
  number_sealed bytea not null,
  number_hash bytea not null,
  trunk_id text not null references trunk,
  node text not null,
  state text not null check (state in ('requested', 'placing', 'ringing', 'answered', 'confirmed', 'ended')),
  outcome text,
  cause int,
  keys jsonb not null default '[]',
  placing_at timestamptz,
  -- the process that is to tell the PBX, and how often it was told; a leg without CHAN_START and without a channel is placed again
  placed_by text,
  placings int not null default 1,
  ringing_at timestamptz,
  answered_at timestamptz,
  confirmed_at timestamptz,
  done_result text,
  ended_at timestamptz,
  hangup_wanted boolean not null default false,
  -- ended for an emergency: its request goes on
  yielded boolean not null default false,
  revision int not null default 1
);
create index leg_living on leg (trunk_id) where state <> 'ended';
create index leg_unfinished on leg (node, placing_at) where state <> 'ended';
create index leg_request on leg (request_id);
create index leg_subject on leg (subject);
create index leg_number on leg (number_hash, placing_at desc);
