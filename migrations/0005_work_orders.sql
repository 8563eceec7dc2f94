-- Up Migration

create sequence work_order_number;

create table work_order (
  id uuid primary key,
  number text not null unique,
  version int not null default 1,
  state text not null,
  channel text not null,
  request_type text,
  category_code text,
  urgency text not null default 'normal',
  title text not null default '',
  description text not null default '',
  place_sealed bytea,
  -- of the words without spaces and punctuation, to find what is told about one place
  place_hash bytea,
  town_id text references unit,
  longitude double precision,
  latitude double precision,
  occurred_text text not null default '',
  complainant_name_sealed bytea,
  number_sealed bytea,
  number_hash bytea,
  anonymous boolean not null default false,
  confidential boolean not null default false,
  wants_callback boolean not null default true,
  -- elderly, dialect, injured: a person calls these back, not the machine
  marks text[] not null default '{}',
  -- a complaint about this unit never goes to it
  about_unit_id text references unit,
  source_number text,
  -- the call its draft opened with
  origin_call_id text,
  cycle int not null default 1,
  return_count int not null default 0,
  rework_count int not null default 0,
  problem boolean not null default false,
  -- 0 one unit, 1 sub-centre, 2 district centre, 3 a leader
  level smallint not null default 0,
  callback_status text not null default 'PENDING',
  -- why nobody is asked
  callback_reason text,
  verification_status text not null default 'PENDING',
  verification_required boolean not null default true,
  result text,
  reply text,
  merged_into uuid references work_order,
  created_by text not null,
  received_at timestamptz not null,
  filed_at timestamptz,
  dispatched_at timestamptz,
  first_contact_at timestamptz,
  reported_at timestamptz,
  closed_at timestamptz,
  draft_until timestamptz,
  abandoned_at timestamptz,
  -- the citizen's clock: from receipt, never restarted
  citizen_due_at timestamptz,
  dispatch_due_at timestamptz,
  citizen_overtime_at timestamptz,
  dispatch_overtime_at timestamptz,
  on_site_overtime_at timestamptz,
  handling_overtime_at timestamptz,
  first_contact_overtime_at timestamptz,
  updated_at timestamptz not null
);
create unique index work_order_source on work_order (channel, source_number) where source_number is not null;
create unique index work_order_draft on work_order (origin_call_id, created_by) where origin_call_id is not null;
create index work_order_draft_due on work_order (draft_until) where state = 'DRAFT' and draft_until is not null;
create index work_order_place on work_order (place_hash, received_at desc) where place_hash is not null;
create index work_order_open on work_order (state, received_at desc) where state not in ('CLOSED', 'ANSWERED', 'REJECTED', 'MERGED');
create index work_order_recent on work_order (received_at desc, id);
create index work_order_number_hash on work_order (number_hash, received_at desc);
create index work_order_town on work_order (town_id, received_at desc);
create index work_order_category on work_order (category_code, received_at desc);

-- One hop of responsibility. The order has exactly one open lead assignment at a time; closed ones stay.
create table assignment (
  id uuid primary key,
  order_id uuid not null references work_order,
  no int not null,
  role text not null check (role in ('lead', 'co')),
  unit_id text not null references unit,
  person_id text,
  basis text not null check (basis in ('statutory', 'agreed', 'designated')),
  basis_evidence text not null default '',
  cycle int not null,
  forwarded_from uuid references assignment,
  state text not null check (state in ('waiting', 'dispatched', 'signed', 'on-site', 'handling', 'reported', 'ended')),
  dispatched_at timestamptz,
  -- when the text to the person responsible was written
  notified_at timestamptz,
  signed_at timestamptz,
  arrived_at timestamptz,
  arrived_longitude double precision,
  arrived_latitude double precision,
  reported_at timestamptz,
  report text,
  ended_at timestamptz,
  end_reason text,
  unique (order_id, no)
);
create unique index assignment_one_open_lead on assignment (order_id) where role = 'lead' and ended_at is null and state <> 'waiting';
create index assignment_unnotified on assignment (dispatched_at) where notified_at is null and ended_at is null and state <> 'waiting';
create index assignment_unit on assignment (unit_id) where ended_at is null;

-- The unit's clocks. `explanation` says why it is due then: policy, start, pauses, restarts.
create table deadline (
  id uuid primary key,
  order_id uuid not null references work_order,
  assignment_id uuid references assignment,
  kind text not null check (kind in ('on-site', 'handling', 'citizen', 'dispatch', 'sign', 'first-contact')),
  cycle int not null,
  started_at timestamptz not null,
  due_at timestamptz not null,
  stopped_at timestamptz,
  warned_half_at timestamptz,
  warned_late_at timestamptz,
  expired_at timestamptz,
  next_at timestamptz,
  revision int not null default 1,
  explanation jsonb not null,
  unique (order_id, kind, cycle, assignment_id)
);
create index deadline_due on deadline (next_at) where stopped_at is null and next_at is not null;
create index deadline_order on deadline (order_id);

-- Everything that ever happened to an order. Append-only.
create table order_event (
  id bigint generated always as identity primary key,
  order_id uuid not null,
  at timestamptz not null,
  kind text not null,
  actor text not null,
  actor_unit text,
  from_state text,
  to_state text,
  detail jsonb not null default '{}'
);
create index order_event_order on order_event (order_id, id);
create trigger order_event_append_only before update or delete on order_event
  for each row execute function refuse_change();

create table co_complainant (
  id uuid primary key,
  order_id uuid not null references work_order,
  name_sealed bytea,
  number_sealed bytea,
  number_hash bytea,
  call_id text,
  from_order uuid,
  wants_callback boolean not null default true,
  added_at timestamptz not null
);
create index co_complainant_order on co_complainant (order_id);
create index co_complainant_number on co_complainant (number_hash);

create table return_request (
  id uuid primary key,
  order_id uuid not null references work_order,
  assignment_id uuid not null references assignment,
  reason text not null,
  evidence text not null default '',
  previous_state text not null,
  requested_by text not null,
  requested_at timestamptz not null,
  decided_at timestamptz,
  decided_by text,
  approved boolean,
  decision text
);
create index return_request_order on return_request (order_id);

create table verification (
  id uuid primary key,
  order_id uuid not null references work_order,
  cycle int not null,
  status text not null check (status in ('PENDING', 'PASSED', 'FAILED')),
  verifier text,
  remarks text,
  photo text,
  created_at timestamptz not null,
  decided_at timestamptz,
  unique (order_id, cycle)
);
