-- Up Migration

-- The dispatch catalogue (派单目录): who leads a class of orders, somewhere or about something, in a span of days, and by which paper.
create table dispatch_rule (
  id uuid primary key,
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  category_code text not null,
  -- only in this town, only where the place has these words, only about one of these words; null: any
  town_id text references unit,
  place text check (place <> ''),
  object text check (object <> ''),
  -- 托底: decides where no other row does
  backstop boolean not null,
  lead text not null constraint dispatch_rule_lead check (lead in ('unit', 'town', 'owner')),
  lead_unit text references unit check ((lead_unit is not null) = (lead = 'unit')),
  component_kind text check ((component_kind is not null) = (lead = 'owner')),
  co_units text[] not null,
  basis_kind text not null
    constraint dispatch_rule_basis check (basis_kind in ('law', 'duties', 'power-list', 'town-list', 'minutes', 'designation')),
  basis_text text not null check (basis_text <> ''),
  entered_by text not null,
  entered_at timestamptz not null,
  -- which change it came with; processes read again when the greatest has grown
  revision integer not null,
  check (not backstop or basis_kind = 'designation')
);
create unique index dispatch_rule_start on dispatch_rule (category_code, town_id, place, object, backstop, lead, valid_from)
  nulls not distinct;
create index dispatch_rule_revision on dispatch_rule (revision);
