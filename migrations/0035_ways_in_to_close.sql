-- Up Migration

-- Rooms of an ended incident that the PBX has not closed yet: it may be away when the incident ends. Null: closed, or not ended.
alter table incident add column rooms_to_close text[];
