-- Up Migration

-- Nothing ever wrote or read it.
drop table blocked_number;

-- A number whose calls are turned away for a time. A row is one decision with all that became of it; nothing is removed.
create table number_block (
  id uuid primary key,
  number_sealed bytea not null,
  number_hash bytea not null,
  reason text not null,
  -- what shows it: words, and a call of this number where there is one
  evidence text not null,
  call_id text references call,
  blocked_by text not null,
  blocked_at timestamptz not null,
  -- the end that was asked for; beyond a day it holds only when a second person has confirmed it
  ends_at timestamptz not null check (ends_at > blocked_at),
  confirmed_by text check (confirmed_by <> blocked_by),
  confirmed_at timestamptz,
  freed_by text,
  freed_at timestamptz,
  freed_reason text,
  -- what the person says against it, taken down by whoever heard it, and who else decided
  objection text,
  objection_by text,
  objection_at timestamptz,
  objection_decided_by text check (objection_decided_by <> blocked_by),
  objection_decided_at timestamptz,
  objection_answer text,
  -- the PBX has been told of the row as it stands
  pbx_told boolean not null default false,
  check ((confirmed_by is null) = (confirmed_at is null)),
  check ((freed_by is null) = (freed_at is null)),
  check ((objection is null) = (objection_at is null))
);
create index number_block_number on number_block (number_hash, ends_at);
create index number_block_time on number_block (blocked_at desc, id);
create index number_block_untold on number_block (blocked_at) where not pbx_told;
