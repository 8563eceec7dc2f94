-- Up Migration

-- The registry of interfaces (数据接口): what is exchanged with which system, by which law, how often.
create table interface (
  id uuid primary key,
  name text not null unique check (name <> ''),
  name_en text not null default '',
  -- the unit that answers for the other system
  owner_unit_id text not null,
  -- desk to be told when it does not work
  contact text not null default '',
  direction text not null check (direction in ('in', 'out', 'both')),
  law_basis text not null check (law_basis <> ''),
  -- how often something is exchanged
  cycle text not null check (cycle in ('at-once', 'hourly', 'daily', 'working-day', 'weekly', 'monthly', 'on-demand')),
  schema_version text not null check (schema_version <> ''),
  -- 无条件共享 有条件共享 不予共享
  share_type text not null check (share_type in ('open', 'conditional', 'none')),
  -- an invented row of the sample district
  sample boolean not null default false,
  version int not null default 1,
  changed_by text not null,
  changed_at timestamptz not null
);

-- Where events of an interface are sent (推送地址).
create table endpoint (
  id uuid primary key,
  interface_id uuid not null references interface,
  url text not null,
  -- the secrets that sign, the newest first; the one before it signs for a day more
  secrets_sealed bytea not null,
  kinds text[] not null check (kinds <@ array['order.filed', 'order.answered', 'order.rejected', 'order.dispatched', 'order.forwarded',
    'order.signed', 'order.returned', 'order.arrived', 'order.reported', 'order.merged', 'order.unmerged', 'order.reworked',
    'order.reopened', 'order.closed', 'order.overdue']),
  -- private networks that may be reached; none: public addresses alone
  allow_networks text[] not null default '{}',
  state text not null default 'on' check (state in ('on', 'resting', 'off')),
  -- failures in a row that were the peer's
  failures int not null default 0,
  rested_until timestamptz,
  -- one process sends to an endpoint at a time
  lease_until timestamptz,
  last_success_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null,
  changed_by text not null,
  check ((state = 'resting') = (rested_until is not null))
);
create index endpoint_interface on endpoint (interface_id);

-- One event for one endpoint (投递). Its id is the webhook-id: sent again, it is the same.
create table delivery (
  id uuid primary key,
  endpoint_id uuid not null references endpoint,
  -- null: a trial
  order_id uuid references work_order,
  -- line of the order's timeline it tells of: of one order, the larger is the later
  sequence bigint,
  kind text not null check (kind in ('order.filed', 'order.answered', 'order.rejected', 'order.dispatched', 'order.forwarded',
    'order.signed', 'order.returned', 'order.arrived', 'order.reported', 'order.merged', 'order.unmerged', 'order.reworked',
    'order.reopened', 'order.closed', 'order.overdue', 'interface.trial')),
  body_sealed bytea not null,
  -- mended by hand: sent in place of the first body, which stays
  mended_sealed bytea,
  mended_by text,
  mended_reason text,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'dead', 'dropped')),
  created_at timestamptz not null,
  -- since then it waits: its first time, or when it was sent again
  queued_at timestamptz not null,
  due_at timestamptz not null,
  -- tries since it was queued
  attempts int not null default 0,
  settled_at timestamptz,
  check ((order_id is null) = (sequence is null)),
  check ((mended_sealed is null) = (mended_by is null) and (mended_by is null) = (mended_reason is null)),
  check ((state = 'waiting') = (settled_at is null))
);
create index delivery_due on delivery (endpoint_id, due_at, created_at, sequence, id) where state = 'waiting';
create index delivery_queued on delivery (queued_at) where state = 'waiting';
create index delivery_settled on delivery (state, settled_at desc, id) where state <> 'waiting';
create index delivery_order on delivery (order_id) where order_id is not null;

-- One try: what the peer answered, or why it could not be asked.
create table delivery_attempt (
  delivery_id uuid not null references delivery on delete cascade,
  no int not null,
  at timestamptz not null,
  endpoint_id uuid not null references endpoint,
  -- HTTP status; null: there was no answer
  status int,
  ms int not null,
  error text check (error in ('not-resolved', 'address-not-allowed', 'refused', 'timeout', 'tls', 'broken')),
  primary key (delivery_id, no),
  check ((status is null) <> (error is null))
);
create index delivery_attempt_lately on delivery_attempt (endpoint_id, at);
