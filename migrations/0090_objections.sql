-- Up Migration

-- A unit objects to having an order (派单异议): by which row it has it, why not, by when it is decided, and what was.
create table dispatch_objection (
  id uuid primary key,
  order_id uuid not null references work_order,
  assignment_id uuid not null references assignment,
  -- the row of the dispatch catalogue by which the unit has it; null: by none
  rule_id uuid references dispatch_rule,
  code text not null
    constraint dispatch_objection_code
      check (code in ('not-our-powers', 'not-our-area', 'not-our-thing', 'wrong-class', 'row-against-law')),
  reason text not null check (reason <> ''),
  evidence text not null check (evidence <> ''),
  -- 2: 职责界定, after the first was refused
  instance int not null check (instance in (1, 2)),
  asked_by text not null,
  asked_at timestamptz not null,
  due_at timestamptz not null,
  -- when it was seen to be late; said once
  late_at timestamptz,
  decided_by text,
  decided_at timestamptz,
  upheld boolean,
  decision text,
  -- the unit that leads instead
  lead_unit text references unit check (lead_unit is null or upheld),
  check ((decided_at is null) = (upheld is null) and (decided_at is null) = (decision is null)),
  check ((decided_at is null) = (decided_by is null)),
  unique (assignment_id, instance)
);
create unique index dispatch_objection_open on dispatch_objection (order_id) where decided_at is null;
create index dispatch_objection_due on dispatch_objection (due_at) where decided_at is null;
create index dispatch_objection_decided on dispatch_objection (decided_at) where upheld;
alter table work_order add column objection_asked_at timestamptz;

alter domain order_event_kind drop constraint order_event_kind_words;
alter domain order_event_kind add constraint order_event_kind_words check (value in (
  'draft.open', 'draft.save', 'draft.abandon', 'intake.receive', 'intake.answer', 'intake.reject', 'answer.text', 'answer.draft',
  'answer.review', 'case.file',
  'case.merge', 'case.unmerge', 'case.amend', 'case.note', 'case.dispatch', 'case.urge', 'case.rework', 'case.reopen',
  'case.close', 'checks.decide', 'complainant.add', 'complainant.leave', 'call.link', 'call.tried', 'praise.forward',
  'dispatch.notified', 'dispatch.nobody-to-notify', 'assignment.forward', 'assignment.sign', 'assignment.return',
  'assignment.hand-over', 'return.approve', 'return.refuse', 'handling.arrive', 'handling.start', 'handling.report',
  'help.request', 'help.resolve', 'co.sign', 'co.arrive', 'co.report', 'photo.add', 'photo.remove', 'photo.verify',
  'attachment.add', 'attachment.remove', 'attachment.infected', 'report.accept', 'report.send-back', 'verification.pass',
  'verification.fail', 'callback.result', 'extension.request', 'extension.grant', 'extension.refuse', 'objection.ask',
  'objection.uphold', 'objection.refuse', 'objection.late', 'clocks.reckoned-again', 'dispatch.half', 'dispatch.late',
  'dispatch.expire', 'sign.half', 'sign.late', 'sign.expire', 'first-contact.half', 'first-contact.late',
  'first-contact.expire', 'on-site.half', 'on-site.late', 'on-site.expire', 'handling.half', 'handling.late',
  'handling.expire', 'citizen.half', 'citizen.late', 'citizen.expire')) not valid;
do $$ begin
  alter domain order_event_kind validate constraint order_event_kind_words;
exception when check_violation then
  raise warning 'rows from before hold other words than order_event_kind; new ones may not';
end $$;
