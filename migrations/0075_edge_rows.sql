-- Up Migration

-- The report of an edge has another form: each writes its own anew within two seconds.
delete from edge;

-- How many calls at once (同时通话上限) one number may have, as an edge asks; a row is ended, never changed.
create table number_limit (
  id uuid primary key,
  -- null: every number without a row of its own
  number_sealed bytea,
  number_hash bytea,
  -- null: any number of calls
  calls int check (calls between 1 and 1000),
  reason text not null check (reason <> ''),
  entered_by text not null,
  entered_at timestamptz not null,
  ended_by text,
  ended_at timestamptz,
  check ((number_sealed is null) = (number_hash is null)),
  -- without a limit for everybody one caller could have every line
  check (number_hash is not null or calls is not null),
  check ((ended_by is null) = (ended_at is null))
);
create unique index number_limit_standing on number_limit (coalesce(number_hash, '\x')) where ended_at is null;

-- Citizens we cut off and have not spoken with since, and the PBX they waited on.
create view call_cut_off_read as
  select m.number_hash, c.node from missed_call_return m join call c on c.id = m.call_id where m.state = 'open' and c.lost;
