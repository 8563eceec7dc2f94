-- Up Migration

-- Alarms on their way to BullMQ. A row lives until the relay has handed it over.
create table outbox (
  id bigint generated always as identity primary key,
  family text not null,
  job_id text not null,
  run_at timestamptz not null,
  payload jsonb not null,
  created_at timestamptz not null default now()
);

-- The live feed. `id` is given by the announcer after commit, so that ids are in commit order.
create table feed_event (
  seq bigint generated always as identity primary key,
  id bigint unique,
  topic text not null,
  subject text not null,
  at timestamptz not null,
  data jsonb not null,
  audience jsonb not null
);
create index feed_event_unannounced on feed_event (seq) where id is null;
create sequence feed_event_id;

create table user_account (
  login text primary key,
  password_hash text not null,
  person_id text,
  unit_id text,
  roles text[] not null,
  extension text,
  disabled_at timestamptz,
  sample boolean not null default false,
  created_at timestamptz not null default now()
);

create table session (
  id_hash bytea primary key,
  login text not null references user_account on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);

create table integration_token (
  id uuid primary key,
  name text not null unique,
  token_hash bytea not null unique,
  roles text[] not null,
  unit_id text,
  created_by text not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);

-- Who wrote what, when. Append-only: the trigger refuses change and removal.
create table audit_entry (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  request_id text,
  detail jsonb not null default '{}'
);
create index audit_entry_subject on audit_entry (subject, id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'LD001';
end $$;
create trigger audit_entry_append_only before update or delete on audit_entry
  for each row execute function refuse_change();

-- A write repeated under the same key answers what the first one answered.
create table idempotency (
  actor text not null,
  key text not null,
  request_hash bytea not null,
  status smallint,
  -- sealed: answers may hold what is sealed elsewhere
  response bytea,
  created_at timestamptz not null,
  primary key (actor, key)
);

create table sms_message (
  id uuid primary key,
  key text not null unique,
  subject text not null,
  number_sealed bytea not null,
  number_hash bytea not null,
  body text not null,
  state text not null default 'queued' check (state in ('queued', 'sent', 'delivered', 'failed')),
  attempts int not null default 0,
  next_at timestamptz,
  provider_id text,
  error text,
  created_at timestamptz not null,
  sent_at timestamptz
);
create index sms_message_due on sms_message (next_at) where state = 'queued';
create index sms_message_provider on sms_message (provider_id) where provider_id is not null;
create index sms_message_subject on sms_message (subject);

create table sms_reply (
  id bigint generated always as identity primary key,
  provider_id text unique,
  number_hash bytea not null,
  body text not null,
  received_at timestamptz not null,
  handled_at timestamptz
);

create table setting (
  name text primary key,
  value jsonb not null,
  changed_by text not null,
  changed_at timestamptz not null
);
