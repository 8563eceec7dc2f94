-- Up Migration

-- One complainant to be asked about one order in one cycle of it.
create table callback (
  id uuid primary key,
  order_id uuid not null references work_order,
  cycle int not null,
  -- null: the order's own complainant
  co_complainant_id uuid references co_complainant,
  status text not null check (status in ('SCHEDULED', 'DIALLING', 'CONFIRMED', 'OFFICER', 'EXPLAINED', 'REWORK', 'UNREACHABLE', 'CANCELLED')),
  by_person boolean not null default false,
  by_person_reason text,
  number_sealed bytea not null,
  number_hash bytea not null,
  contacted boolean,
  solved text check (solved in ('yes', 'partly', 'no')),
  grade smallint check (grade between 1 and 5),
  free_words text,
  reason text check (reason in ('attitude', 'speed', 'result', 'untrue-report', 'beyond-policy')),
  explanation text,
  attempts int not null default 0,
  unanswered int not null default 0,
  incomplete int not null default 0,
  technical int not null default 0,
  -- since when, or when, somebody is to ring; lists are in this order
  due_at timestamptz not null,
  -- when the service itself acts next: an attempt, or the officer's day running out; null: only a person does
  next_at timestamptz,
  request_id uuid,
  officer text,
  officer_due_at timestamptz,
  sms_sent_at timestamptz,
  cancel_reason text,
  revision int not null default 1,
  created_at timestamptz not null,
  finished_at timestamptz
);
create unique index callback_once on callback (order_id, cycle, coalesce(co_complainant_id, '00000000-0000-0000-0000-000000000000'));
create index callback_next on callback (next_at) where status in ('SCHEDULED', 'OFFICER');
create index callback_open on callback (due_at, id) where finished_at is null;
create index callback_recent on callback (created_at desc, id);
create index callback_number on callback (number_hash, created_at desc);

create table callback_attempt (
  id uuid primary key,
  callback_id uuid not null references callback,
  attempt int not null,
  way text not null check (way in ('machine', 'officer', 'person', 'called-in', 'sms')),
  actor text not null,
  request_id uuid,
  leg_id text,
  call_id text,
  started_at timestamptz not null,
  answered boolean not null default false,
  -- 0 was pressed: a person took over
  person boolean not null default false,
  ended_at timestamptz,
  outcome text,
  answers jsonb not null default '{}',
  unique (callback_id, attempt)
);
create index callback_attempt_request on callback_attempt (request_id);
create index callback_attempt_leg on callback_attempt (leg_id);
