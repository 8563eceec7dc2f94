-- Up Migration

-- A conference that has ended is closed on every PBX that may still have people of it.
alter table incident
  -- PBXs that were taken for lost with rooms of it: one that was only cut off still has its people
  add column nodes_left text[] not null default '{}',
  -- it is over, and a PBX has yet to let everybody go
  add column closing boolean not null default false;
update incident set closing = true where rooms_to_close is not null;
alter table incident drop column rooms_to_close;
