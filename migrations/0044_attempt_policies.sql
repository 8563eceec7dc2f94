-- Up Migration

-- How often and when somebody is rung again (拨打次数与时段): dated rows, one series a purpose. A row that has begun is never changed; a new
-- one of the same purpose begins on a later day. What is decided goes by the row of the day it is decided on.
create table attempt_policy (
  purpose text not null check (purpose in ('callback', 'emergency', 'missed-call')),
  -- first local day
  valid_from date not null,
  -- attempts on a person, or rounds through all numbers
  attempts int not null check (attempts between 1 and 10),
  -- between two attempts; null: on another half-day
  gap_seconds int check (gap_seconds between 0 and 604800),
  -- before the first attempt; null: when the hours begin on the next day
  delay_seconds int check (delay_seconds between 0 and 604800),
  ring_seconds int not null check (ring_seconds between 2 and 120),
  -- local hours in which one may ring, 09:00-12:00,13:30-20:00; empty: always
  windows text not null,
  -- attempts that failed on our side, none of them the person's, until somebody of ours rings; the second: where nothing could speak
  failures int check (failures between 1 and 100),
  unspoken_failures int check (unspoken_failures between 1 and 100),
  failure_gap_seconds int check (failure_gap_seconds between 1 and 604800),
  -- days an attempt may be put off in all, and days in which the reply to the last text message counts
  longest_days int check (longest_days between 1 and 60),
  reply_days int check (reply_days between 1 and 60),
  -- 'system': a migration; 'settings': the service's settings; else an administrator
  entered_by text not null default 'system',
  entered_at timestamptz not null default now(),
  primary key (purpose, valid_from),
  constraint attempt_policy_callback check ((purpose = 'callback') =
    (num_nonnulls(failures, unspoken_failures, failure_gap_seconds, longest_days, reply_days) = 5)),
  constraint attempt_policy_others check (purpose = 'callback' or
    (num_nonnulls(failures, unspoken_failures, failure_gap_seconds, longest_days, reply_days) = 0
      and gap_seconds is not null and delay_seconds is not null)),
  constraint attempt_policy_emergency check (purpose <> 'emergency' or (delay_seconds = 0 and windows = ''))
);

insert into attempt_policy (purpose, valid_from, attempts, gap_seconds, delay_seconds, ring_seconds, windows, failures, unspoken_failures,
  failure_gap_seconds, longest_days, reply_days) values
  ('callback', '2000-01-01', 3, null, null, 30, '09:00-12:00,13:30-20:00', 3, 20, 300, 14, 3),
  ('emergency', '2000-01-01', 3, 40, 0, 28, '', null, null, null, null, null),
  ('missed-call', '2000-01-01', 2, 1800, 300, 30, '09:00-20:00', null, null, null, null, null);

-- First day of the row by which it was decided, and of the row by which the attempt was made; null: before there were rows, or by no row.
alter table callback add column policy_since date;
alter table callback_attempt add column policy_since date;
