-- Up Migration

-- A PBX lacks a sentence that was spoken: the process beside it was away. No call that plays it is placed there until it has it.
create table spoken_lack (
  node text not null check (node ~ '^[a-z0-9][a-z0-9-]*$'),
  -- the sentence: the hash of its text
  name text not null check (name ~ '^[0-9a-f]{32}$'),
  at timestamptz not null,
  primary key (node, name)
);
create index spoken_lack_name on spoken_lack (name);
