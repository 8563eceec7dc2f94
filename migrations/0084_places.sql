-- Up Migration

-- Areas (网格) in dated rows: the district, its towns, their communities and streets, and blocks. An area that changes has a further row.
create table area (
  id text not null,
  level text not null check (level in ('district', 'town', 'community', 'street', 'block')),
  parent_id text check ((parent_id is null) = (level = 'district')),
  -- the unit whose area it is or lies in
  town_id text references unit check ((town_id is null) = (level = 'district')),
  name text not null check (name <> ''),
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  -- GeoJSON in WGS-84
  geometry jsonb not null,
  source text not null,
  -- a sketch (示意)
  illustration boolean not null,
  -- which change it came with; processes read again when the greatest has grown
  revision integer not null,
  primary key (id, valid_from)
);

-- Things in the street (部件) and the unit each belongs to (权属).
create table component (
  id text not null,
  kind text not null check (kind <> ''),
  name text not null,
  owner_unit text not null references unit,
  longitude double precision not null check (longitude between -180 and 180),
  latitude double precision not null check (latitude between -90 and 90),
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  revision integer not null,
  primary key (id, valid_from)
);

-- A name is found by its letters, and has its place on the map.
alter table place_name
  add column kind text check (kind in ('road', 'estate', 'committee')),
  add column longitude double precision check (longitude between -180 and 180),
  add column latitude double precision check (latitude between -90 and 90),
  -- its syllables, `xin jian dong lu`; empty until the service has read it
  add column pinyin text not null default '',
  add column revision bigint generated always as identity,
  add constraint place_name_position check ((longitude is null) = (latitude is null));
update place_name set kind = case
  when name ~ '(居委会?|村委会?|村)$' then 'committee' when name ~ '(路|街|道|弄|公路|高速)$' then 'road' else 'estate' end;
alter table place_name alter column kind set not null;

-- The cell an order lies in, by the areas of this revision on the day it was received; and what its coordinates came in.
alter table work_order
  add column cell_id text,
  add column cell_revision integer not null default 0,
  add column coordinates_from text check (coordinates_from in ('wgs84', 'gcj02')),
  add constraint work_order_coordinates
    check (coordinates_from is null or (longitude is not null and latitude is not null));
create index work_order_cells on work_order (cell_revision) where longitude is not null and latitude is not null;
