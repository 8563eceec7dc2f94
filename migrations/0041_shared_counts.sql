-- Up Migration

-- Counted by all processes together; nothing is lost that matters when the server crashes, so nothing is written twice.

-- Sign-ins that failed, by where they came from (a fingerprint of login and address, of the address, or of the browser).
create unlogged table sign_in_failure (
  key bytea primary key,
  count int not null,
  last_at timestamptz not null,
  -- no other attempt before
  wait_until timestamptz
);
create index sign_in_failure_last on sign_in_failure (last_at);

-- Requests in the minute that began with the first of them, by who sent them.
create unlogged table request_count (
  key text primary key,
  began_at timestamptz not null,
  count int not null
);
create index request_count_began on request_count (began_at);
