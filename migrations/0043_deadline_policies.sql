-- Up Migration

-- How long something may take (时限): dated rows. A row is never changed; a new one of the same name begins on a later day, and a clock goes
-- by the row of the day it began on.
create table deadline_policy (
  name text not null,
  -- first local day
  valid_from date not null,
  -- on the working calendar 1,440 minutes are one day; null: until the end of the day
  minutes int check (minutes > 0),
  -- until somebody is there; null: nobody has to go there
  on_site_minutes int check (on_site_minutes > 0),
  -- what it may take when it is extended; null: the time given once more
  longest_minutes int check (longest_minutes > 0),
  calendar text not null check (calendar in ('clock', 'working')),
  entered_by text not null default 'system',
  entered_at timestamptz not null default now(),
  primary key (name, valid_from)
);

insert into deadline_policy (name, valid_from, minutes, on_site_minutes, longest_minutes, calendar) values
  ('DEFAULT', '2000-01-01', 10080, 180, null, 'clock'),
  ('URGENT', '2000-01-01', 4320, 120, null, 'clock'),
  ('CRITICAL', '2000-01-01', 1440, 30, null, 'clock'),
  ('CITY_12345_NORMAL', '2000-01-01', 7200, null, 21600, 'working'),
  ('CITY_12345_CONSULT', '2000-01-01', 1440, null, null, 'working'),
  ('DISPATCH_NORMAL', '2000-01-01', null, null, null, 'clock'),
  ('DISPATCH_URGENT', '2000-01-01', 60, null, null, 'clock'),
  ('DISPATCH_CRITICAL', '2000-01-01', 10, null, null, 'clock'),
  ('SIGN_NORMAL', '2000-01-01', 120, null, null, 'clock'),
  ('SIGN_URGENT', '2000-01-01', 30, null, null, 'clock'),
  ('SIGN_CRITICAL', '2000-01-01', 10, null, null, 'clock'),
  ('FIRST_CONTACT', '2000-01-01', 1440, null, null, 'working'),
  ('REWORK', '2000-01-01', 4320, null, null, 'clock'),
  ('RETURN', '2000-01-01', 4320, null, null, 'working');

-- Clocks say the name of their row.
update deadline set explanation = jsonb_set(explanation, '{policy}', to_jsonb(case explanation->>'policy'
    when 'SAME_DAY' then 'DISPATCH_NORMAL'
    when 'WITHIN_60_MIN' then 'DISPATCH_URGENT'
    when 'WITHIN_10_MIN' then 'DISPATCH_CRITICAL'
    else case (explanation->>'minutes')::numeric when 30 then 'SIGN_URGENT' when 10 then 'SIGN_CRITICAL' else 'SIGN_NORMAL' end end))
  where explanation->>'policy' in ('SAME_DAY', 'WITHIN_60_MIN', 'WITHIN_10_MIN', 'SIGN');
