-- Up Migration

-- The organisation is dated data: units come, go and are divided. A row is one unit in one span of days.
create table unit (
  id text primary key,
  -- the last day is `valid_to` itself; null: open
  kind text not null check (kind in ('centre', 'town', 'department', 'utility', 'office', 'station')),
  parent_id text references unit,
  name text not null,
  name_en text not null,
  area_code text,
  duty_number text,
  valid_from date not null,
  valid_to date,
  sample boolean not null default false
);
create index unit_parent on unit (parent_id);

-- Category tree: two digits of class, two of subclass. lead_unit_id null: the town of the place leads.
create table category (
  code text not null,
  class_code text not null,
  class_name text not null,
  class_name_en text not null,
  name text not null,
  name_en text not null,
  kind text not null check (kind in ('component', 'event')),
  lead_unit_id text references unit,
  urgency text not null check (urgency in ('normal', 'urgent', 'critical')),
  on_site_minutes int,
  handling_minutes int not null,
  calendar text not null default 'clock' check (calendar in ('clock', 'working')),
  verification text not null check (verification in ('on-site', 'callback-only')),
  -- other words people say for it, separated by spaces
  search_words text not null default '',
  valid_from date not null,
  valid_to date,
  primary key (code, valid_from)
);

-- People of the sample district or the real one; `numbers` in the order in which they are to be tried.
create table person (
  id text primary key,
  name text not null,
  title text not null,
  unit_id text references unit,
  mobile text,
  office text,
  deputy_id text,
  responsible boolean not null default false,
  valid_from date not null,
  valid_to date,
  sample boolean not null default false
);
create index person_unit on person (unit_id);

-- Roads, estates and quarters by which a town is guessed from what a caller says. A road may run through several towns.
create table place_name (
  name text not null,
  town_id text not null references unit,
  primary key (name, town_id)
);

create table working_day_exception (
  day date primary key,
  working boolean not null,
  name text not null
);

-- Whom never to ring again by automation.
create table declined_number (
  number_hash bytea primary key,
  reason text not null,
  declined_at timestamptz not null,
  recorded_by text not null
);

-- Callers refused after persuasion; the shift leader's decision, and it expires.
create table blocked_number (
  number_hash bytea primary key,
  number_sealed bytea not null,
  reason text not null,
  blocked_by text not null,
  blocked_at timestamptz not null,
  expires_at timestamptz not null
);

-- Old service lines that now arrive on the hotline.
create table service_line (
  did text primary key,
  name text not null,
  unit_id text references unit,
  kind text not null default 'service' check (kind in ('hotline', 'service', 'duty'))
);
