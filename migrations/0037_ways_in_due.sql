-- Up Migration

-- Since when the PBX is to be told of an incident's rooms and of who may come in; null: it has been told. Who was to tell it may be gone,
-- or have no link to it.
alter table incident add column way_in_due timestamptz;
