-- Up Migration

-- 答复内容: whose a person's answer is, and who has reviewed it. One without a drafter was given at once, or before this.
alter table request
  add column reply_drafted_by text,
  add column reply_reviewed_by text,
  add column reply_reviewed_at timestamptz,
  add constraint request_reply_drafted check (reply_drafted_by is null or reply is not null),
  add constraint request_reply_reviewed check ((reply_reviewed_by is null) = (reply_reviewed_at is null)),
  -- never by its author
  add constraint request_reply_reviewer
    check (reply_reviewed_by is null or (reply_drafted_by is not null and reply_reviewed_by <> reply_drafted_by));

create index request_answer_waits on request (order_id) where reply_drafted_by is not null and reply_reviewed_at is null;

-- What a complainant is (自然人, 企业, 其他组织), and the credit code (统一社会信用代码) of those that have one.
alter table request
  add column complainant_kind text not null default 'PERSON'
    constraint request_complainant_kind check (complainant_kind in ('PERSON', 'ENTERPRISE', 'ORGANISATION')),
  add column credit_code_sealed bytea,
  add constraint request_credit_code check (credit_code_sealed is null or complainant_kind <> 'PERSON');

-- An answer is written, and reviewed.
alter domain order_event_kind drop constraint order_event_kind_words;
alter domain order_event_kind add constraint order_event_kind_words check (value in (
  'draft.open', 'draft.save', 'draft.abandon', 'intake.receive', 'intake.answer', 'intake.reject', 'answer.text', 'answer.draft',
  'answer.review', 'case.file',
  'case.merge', 'case.unmerge', 'case.amend', 'case.note', 'case.dispatch', 'case.urge', 'case.rework', 'case.reopen', 'case.close',
  'checks.decide', 'complainant.add', 'complainant.leave', 'call.link', 'call.tried', 'praise.forward', 'dispatch.notified',
  'dispatch.nobody-to-notify', 'assignment.forward', 'assignment.sign', 'assignment.return', 'assignment.hand-over',
  'return.approve', 'return.refuse', 'handling.arrive', 'handling.start', 'handling.report', 'help.request', 'help.resolve',
  'co.sign', 'co.arrive', 'co.report', 'photo.add', 'photo.remove', 'photo.verify',
  'attachment.add', 'attachment.remove', 'attachment.infected', 'report.accept', 'report.send-back',
  'verification.pass', 'verification.fail', 'callback.result', 'extension.request', 'extension.grant', 'extension.refuse',
  'clocks.reckoned-again', 'dispatch.half', 'dispatch.late', 'dispatch.expire', 'sign.half', 'sign.late', 'sign.expire',
  'first-contact.half', 'first-contact.late', 'first-contact.expire', 'on-site.half', 'on-site.late', 'on-site.expire',
  'handling.half', 'handling.late', 'handling.expire', 'citizen.half', 'citizen.late', 'citizen.expire')) not valid;
do $$ begin
  alter domain order_event_kind validate constraint order_event_kind_words;
exception when check_violation then
  raise warning 'rows from before hold other words than order_event_kind; new ones may not';
end $$;
