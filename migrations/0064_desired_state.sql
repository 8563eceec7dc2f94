-- Up Migration

-- What a PBX must know without the service, as it should be. A key is sealed too: it may be a telephone number.
create table desired_state (
  -- of node, section and key
  key_hash bytea primary key check (octet_length(key_hash) = 32),
  -- a family of the PBX's own database, or `files`
  section text not null check (section ~ '^[a-z]+(-[a-z]+)*$'),
  -- the one PBX it is for; null: every PBX
  node text check (node ~ '^[a-z0-9][a-z0-9-]*$'),
  key_sealed bytea not null,
  -- null: withdrawn
  value_sealed bytea,
  -- equal values are written once
  value_hash bytea check (octet_length(value_hash) = 32),
  -- withdrawn from then on; null: it has no end of its own
  ends_at timestamptz,
  changed_at timestamptz not null,
  -- in the order of the changes
  seq bigint not null,
  -- in the order of the commits; null until it is numbered
  revision bigint unique,
  check ((value_sealed is null) = (value_hash is null)),
  check (value_sealed is not null or ends_at is null)
);
create sequence desired_change owned by desired_state.seq;
create sequence desired_revision owned by desired_state.revision;
create index desired_state_unnumbered on desired_state (seq) where revision is null;
create index desired_state_ends on desired_state (ends_at) where ends_at is not null;
create index desired_state_withdrawn on desired_state (revision) where value_sealed is null;

-- Where each PBX stands: its own database is filled over its link, its files by the process beside it.
create table desired_applied (
  node text not null check (node ~ '^[a-z0-9][a-z0-9-]*$'),
  part text not null check (part in ('entries', 'files')),
  -- everything up to this revision is there, except what it lacks
  revision bigint not null check (revision >= 0),
  -- [{section, key: hash of the key, why}]; no value of the desired state
  lacks jsonb not null default '[]' check (jsonb_typeof(lacks) = 'array'),
  at timestamptz not null,
  primary key (node, part)
);

-- The desired state knows what each PBX was given.
alter table number_block drop column pbx_told, drop column ring_back_told;
