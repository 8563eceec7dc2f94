-- Up Migration

-- What is still to be known when a handler has picked up his own telephone and the citizen is to be rung.
alter table manual_call add column recording text;
