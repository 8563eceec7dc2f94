-- Up Migration

-- A token may send messages of an interface.
alter table integration_token drop constraint integration_token_purposes_check;
alter table integration_token add constraint integration_token_purposes_check
  check (purposes <@ array['orders', 'city-12345', 'police-110', 'sms-gateway', 'exchange']);

-- The sending side of an interface (接入来源): its secrets check what comes in, and its clock may be off by so much.
create table envelope_source (
  interface_id uuid primary key references interface,
  -- the secrets that check, the newest first; the one before it checks for a day more
  secrets_sealed bytea not null,
  tolerance_minutes int not null check (tolerance_minutes between 5 and 120),
  state text not null default 'on' check (state in ('on', 'off')),
  -- receiving began, or went on: before it nobody is silent
  since timestamptz not null,
  -- its silence was told last; null: never
  told_at timestamptz,
  version int not null default 1,
  changed_by text not null
);

-- One message of another system (来文). Sent again in the same words it is the same row.
create table envelope (
  id uuid primary key,
  interface_id uuid not null references interface,
  -- the webhook-id its sender gave it
  message_id text not null check (message_id <> ''),
  -- came under the id of an earlier one, in other words
  differs boolean not null,
  -- who sent it, as its token stood then: its kind is taken in their name
  sender text not null,
  sender_unit_id text,
  purposes text[] not null,
  sent_at timestamptz not null,
  received_at timestamptz not null,
  -- as far as they could be read: kind, version of its form, and the moment it tells of
  kind text,
  schema_version text,
  at timestamptz,
  body_sealed bytea not null,
  -- mended by hand: taken in place of the first body, which stays
  mended_sealed bytea,
  mended_by text,
  mended_reason text,
  state text not null check (state in ('waiting', 'taken', 'quarantined', 'dropped')),
  -- why it was put aside; stays when a person has settled it
  reason text check (reason in ('bad-schema', 'unknown-version', 'unknown-kind', 'clock-skew', 'words-differ', 'refused', 'failed')),
  -- which fields are at fault: place and complaint, never a value
  faults jsonb not null default '[]',
  tries int not null default 0,
  due_at timestamptz,
  settled_at timestamptz,
  settled_by text,
  -- what its sender was answered
  answer jsonb,
  order_id uuid references work_order,
  check ((mended_sealed is null) = (mended_by is null) and (mended_by is null) = (mended_reason is null)),
  check ((state = 'waiting') = (due_at is not null)),
  check ((state in ('taken', 'dropped')) = (settled_at is not null) and (settled_at is null) = (settled_by is null)),
  check ((state = 'taken') = (answer is not null)),
  check (state <> 'quarantined' or reason is not null)
);
create unique index envelope_once on envelope (interface_id, message_id) where not differs;
create index envelope_message on envelope (interface_id, message_id) where differs;
create index envelope_due on envelope (due_at, received_at, id) where state = 'waiting';
create index envelope_listed on envelope (state, received_at desc, id);
create index envelope_lately on envelope (interface_id, received_at);
create index envelope_day on envelope (interface_id, at) where state <> 'dropped';
create index envelope_settled on envelope (settled_at) where settled_at is not null;
create index envelope_order on envelope (order_id) where order_id is not null;

-- What a sender says it sent of one day (对账): the ids of its messages.
create table reported_day (
  interface_id uuid not null references interface,
  day date not null,
  ids text[] not null,
  reported_at timestamptz not null,
  primary key (interface_id, day)
);
