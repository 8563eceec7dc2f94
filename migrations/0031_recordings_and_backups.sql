-- Up Migration

-- Whether there is something to hear: a file of 44 bytes is a header without sound. Until its size is known it counts as recorded.
alter table call add column recorded boolean not null
  generated always as (recording is not null and coalesce(recording_bytes, 45) > 44) stored;
create index call_broken_off on call (id) where lost and recording is not null and recording_bytes is null;

-- Backups of this database, told by the operator's backup script (npm run journal -- backed-up): journal files are deleted only
-- when what they held is in one. `begun_at` is when it began: what was committed before is in it.
create table database_backup (
  begun_at timestamptz primary key,
  told_at timestamptz not null
);
