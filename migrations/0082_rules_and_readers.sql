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

-- Whether a unit is government (政府单位). A property manager (物业) or contractor is not: its people read the text for the unit alone.
alter table unit add column government boolean not null default true
  check (government or kind not in ('centre', 'town', 'department'));
alter table unit alter column government drop default;
-- The sample's contractor and its property manager.
update unit set government = false where sample and id in ('U07', 'U08');
