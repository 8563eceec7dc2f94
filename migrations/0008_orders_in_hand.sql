-- Up Migration

-- 催办: somebody asks an order to go on. Moves nothing else; counted and shown.
create table urge (
  id uuid primary key,
  order_id uuid not null references work_order,
  by_login text not null,
  by_unit text,
  reason text not null,
  -- the citizen's call it came from; null: from a desk
  call_id text,
  -- many orders at once
  bulk boolean not null default false,
  -- who got a text message about it; null: nobody, or only just before
  told_person text,
  at timestamptz not null
);
create index urge_order on urge (order_id, at desc);

-- 延期: asked by the unit before its time is up, decided by the Centre. A record beside the order's life, not a state of it.
create table extension_request (
  id uuid primary key,
  order_id uuid not null references work_order,
  assignment_id uuid not null references assignment,
  cycle int not null,
  reason text not null,
  due_before timestamptz not null,
  wanted_at timestamptz not null,
  requested_by text not null,
  requested_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  granted boolean,
  decision text,
  due_after timestamptz
);
create index extension_request_order on extension_request (order_id, requested_at);
create unique index extension_request_one_open on extension_request (order_id) where decided_at is null;

alter table work_order
  add column urge_count int not null default 0,
  add column urged_at timestamptz,
  -- set while a request waits for a decision
  add column extension_asked_at timestamptz,
  -- granted in this round
  add column extension_count int not null default 0;
create index work_order_extension on work_order (extension_asked_at) where extension_asked_at is not null;

-- Photos of an order. The files lie in the photo folder, made anew without what the camera wrote into them.
create table photo (
  id uuid primary key,
  order_id uuid not null references work_order,
  cycle int not null,
  purpose text not null check (purpose in ('arrival', 'report', 'return', 'verification')),
  -- below the photo folder, without its ending
  file text not null,
  bytes int not null,
  width int not null,
  height int not null,
  -- of what was sent: the same picture sent twice is one photo
  sent_hash bytea not null,
  taken_by text not null,
  unit_id text,
  at timestamptz not null,
  removed_at timestamptz,
  removed_by text
);
create unique index photo_once on photo (order_id, cycle, purpose, sent_hash) where removed_at is null;
create index photo_order on photo (order_id, at);

-- A person without a telephone of the exchange is rung at his own first; his number stands in the directory.
alter table manual_call
  alter column extension drop not null,
  add column own_request_id uuid;
create index manual_call_own_request on manual_call (own_request_id) where own_request_id is not null;
create index manual_call_leg on manual_call (leg_id) where leg_id is not null;
