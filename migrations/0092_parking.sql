-- Up Migration

-- 挂账: what a unit cannot do now, with its plan, the leader who answers for it, and the day it comes back. More time is a row of its own.
create table parking (
  id uuid primary key,
  order_id uuid not null references work_order,
  assignment_id uuid not null references assignment,
  -- which of its order's it is, those refused too
  no int not null check (no > 0),
  reason text not null constraint parking_reason check (reason in ('history', 'policy', 'works-period', 'litigation')),
  plan text not null check (plan <> ''),
  -- a person of the directory
  leader text not null check (leader <> ''),
  until timestamptz not null,
  asked_by text not null,
  asked_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  approved boolean,
  decision text,
  -- since when the order has been parked without a break
  began_at timestamptz,
  -- when its complainants were sent a text; null: there was no number to send it to
  told_at timestamptz,
  review_at timestamptz,
  -- when a complainant last objected to it
  objected_at timestamptz,
  ended_at timestamptz,
  end_reason text constraint parking_end_reason check (end_reason in ('date', 'decided', 'prolonged', 'reported', 'moved')),
  check ((decided_at is null) = (decided_by is null)),
  check ((decided_at is null) = (approved is null) and (decided_at is null) = (decision is null)),
  check ((approved is true) = (began_at is not null)),
  check (approved or (told_at is null and review_at is null and objected_at is null and ended_at is null)),
  check ((ended_at is null) = (end_reason is null)),
  unique (order_id, no)
);
create unique index parking_asked on parking (order_id) where decided_at is null;
create unique index parking_stands on parking (order_id) where approved and ended_at is null;
create index parking_until on parking (until) where approved and ended_at is null;
create index parking_review on parking (review_at) where approved and ended_at is null;

alter table work_order
  add column parking_asked_at timestamptz,
  add column parked_until timestamptz,
  add constraint work_order_parked
    check (parked_until is null or state in ('ON_SITE', 'HANDLING', 'COORDINATING', 'RETURN_REQUESTED'));

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
  'objection.uphold', 'objection.refuse', 'objection.late', 'park.ask', 'park.approve', 'park.refuse', 'park.object',
  'park.end', 'park.review', 'clocks.reckoned-again', 'dispatch.half', 'dispatch.late',
  'dispatch.expire', 'sign.half', 'sign.late', 'sign.expire', 'first-contact.half', 'first-contact.late',
  'first-contact.expire', 'on-site.half', 'on-site.late', 'on-site.expire', 'handling.half', 'handling.late',
  'handling.expire', 'citizen.half', 'citizen.late', 'citizen.expire')) not valid;
do $$ begin
  alter domain order_event_kind validate constraint order_event_kind_words;
exception when check_violation then
  raise warning 'rows from before hold other words than order_event_kind; new ones may not';
end $$;
