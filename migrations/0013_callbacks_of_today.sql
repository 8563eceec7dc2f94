-- Up Migration

-- The callback officer's list of today: what was finished today besides what falls to it.
create index callback_finished on callback (finished_at) where finished_at is not null;
