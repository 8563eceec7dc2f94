-- Up Migration

-- The working calendar (工作日历), year by year. A year without a row is unknown: nobody has said which of its days are worked.
-- A change is a new edition; what was reckoned with an earlier one names it and keeps it.
create table calendar_year (
  year int not null check (year between 2000 and 2100),
  edition int not null check (edition >= 1),
  -- what it was published as (国务院办公厅通知)
  basis text not null default '',
  entered_at timestamptz not null,
  entered_by text not null,
  primary key (year, edition)
);
create trigger calendar_year_append_only before update or delete on calendar_year
  for each row execute function refuse_change();

-- Days that are not what their weekday says: holidays, and Saturdays and Sundays worked in exchange (调休).
create table calendar_day (
  year int not null,
  edition int not null,
  day date not null,
  working boolean not null,
  name text not null,
  primary key (year, edition, day),
  foreign key (year, edition) references calendar_year,
  check (extract(year from day) = year)
);
create trigger calendar_day_append_only before update or delete on calendar_day
  for each row execute function refuse_change();

insert into calendar_year (year, edition, entered_at, entered_by)
  select distinct extract(year from day)::int, 1, now(), 'system' from working_day_exception
  where extract(year from day) between 2000 and 2100;
insert into calendar_day (year, edition, day, working, name)
  select extract(year from day)::int, 1, day, working, name from working_day_exception
  where extract(year from day) between 2000 and 2100;
drop table working_day_exception;

-- Deadlines that stand were reckoned with the days known until now: they keep them.
with span as (
  select id, (runs at time zone zone)::date as first, (greatest(runs, due_at) at time zone zone)::date as last
    from (select id, due_at, (explanation->>'runningSince')::timestamptz as runs, explanation->>'timeZone' as zone
            from deadline where explanation->>'calendar' = 'working') d
), days as (
  select span.id,
    coalesce((select jsonb_object_agg(to_char(c.day, 'YYYY-MM-DD'), c.working) from calendar_day c where c.day between first and last), '{}') as exceptions,
    coalesce((select jsonb_object_agg(y.year::text, 1) from calendar_year y
               where y.year between extract(year from first) and extract(year from last)), '{}') as editions,
    (select min(n) from generate_series(extract(year from first)::int, extract(year from last)::int) n
      where not exists (select from calendar_year y where y.year = n)) as awaits
  from span
)
update deadline d set explanation = d.explanation ||
    jsonb_build_object('days', jsonb_build_object('exceptions', days.exceptions, 'editions', days.editions, 'awaitsYear', days.awaits))
  from days where days.id = d.id;

-- Found when their year is entered.
create index deadline_awaits_year on deadline (((explanation->'days'->>'awaitsYear')::int))
  where stopped_at is null and explanation->'days'->>'awaitsYear' is not null;

-- Why the officer's working day ends when it ends; null for those that stood before.
alter table callback add column officer_reckoning jsonb;
create index callback_awaits_year on callback (((officer_reckoning->'days'->>'awaitsYear')::int))
  where status = 'OFFICER' and officer_reckoning->'days'->>'awaitsYear' is not null;
