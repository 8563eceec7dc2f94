-- Up Migration

-- A figure that the city chooses (规则): dated rows, one series a name. A row that has begun is never changed; a new one of the same name
-- begins on a later day. Without a row the service goes by the figure it is shipped with.
create table rule_policy (
  name text not null check (name ~ '^[A-Z][A-Z0-9_]{1,63}$'),
  -- first local day
  valid_from date not null,
  value int not null,
  entered_by text not null,
  entered_at timestamptz not null,
  primary key (name, valid_from)
);
