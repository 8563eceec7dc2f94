-- Up Migration

-- What a recorded call is graded by (质检表), from a day on; a form that has begun is never changed.
create table quality_form (
  id uuid primary key,
  valid_from date not null unique,
  -- [{code, name, nameEn, points}]: what is looked at, and how many points it has at most
  questions jsonb not null,
  -- points from which a call is 合格
  pass int not null check (pass > 0),
  entered_by text not null,
  entered_at timestamptz not null
);
insert into quality_form values ('6b0f3c4e-5a1d-4f0b-9a53-0d6c2f1b7e10', '2010-01-01', '[
  {"code": "opening", "name": "开头语、身份与录音告知", "nameEn": "Opening words", "points": 10},
  {"code": "listening", "name": "倾听、核对与复述", "nameEn": "Listening and repeating", "points": 20},
  {"code": "record", "name": "记录完整、分类准确", "nameEn": "Complete record, right class", "points": 30},
  {"code": "answer", "name": "答复正确，告知去向与时限", "nameEn": "Right answer, where it goes and by when", "points": 25},
  {"code": "manner", "name": "用语规范、态度耐心", "nameEn": "Words and manner", "points": 15}
]', 80, 'system', '2010-01-01T00:00:00Z');

-- One grading of a recorded call (质检), the agent's objection to it and what was decided.
create table quality_score (
  call_id text primary key references call,
  form_id uuid not null references quality_form,
  -- who answered it: the telephone, and the login that held it when the call was graded
  extension text not null,
  agent text not null,
  -- points by the form's codes
  scores jsonb not null,
  total int not null check (total >= 0),
  remark text not null,
  graded_by text not null,
  graded_at timestamptz not null,
  objection text,
  objected_at timestamptz,
  decision text constraint quality_score_decision check (decision in ('kept', 'changed')),
  decision_reason text,
  decided_by text,
  decided_at timestamptz,
  check ((objection is null) = (objected_at is null)),
  check ((decision is null) = (decided_at is null) and (decision is null) = (decided_by is null)),
  check (decision is null or objection is not null),
  check (graded_by <> agent and decided_by is distinct from agent and decided_by is distinct from graded_by)
);
create index quality_score_graded on quality_score (graded_at, call_id);
create index quality_score_agent on quality_score (agent, graded_at);
create index quality_score_objected on quality_score (objected_at) where decided_at is null and objected_at is not null;
