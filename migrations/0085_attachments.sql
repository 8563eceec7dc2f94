-- Up Migration

-- Files of an order beside its photos. They lie in the attachments folder; a file in which the scanner found something lies there no more.
create table attachment (
  id uuid primary key,
  order_id uuid not null references work_order,
  cycle int not null,
  purpose text not null constraint attachment_purpose check (purpose in ('arrival', 'report', 'return', 'verification')),
  -- the name as it was sent may say whom the matter is about
  name_sealed bytea not null,
  type text not null constraint attachment_type check (type in ('pdf', 'jpeg', 'docx', 'xlsx', 'mp3', 'wav', 'mp4', 'txt')),
  bytes int not null check (bytes > 0),
  -- of what was sent: the same file sent twice is one attachment
  sent_hash bytea not null check (length(sent_hash) = 32),
  -- below the attachments folder
  file text not null,
  scan text not null constraint attachment_scan check (scan in ('waiting', 'clean', 'found')),
  -- when the scanner was last asked, in vain or not
  scan_asked_at timestamptz,
  added_by text not null,
  unit_id text,
  at timestamptz not null,
  removed_at timestamptz,
  removed_by text,
  check ((removed_at is null) = (removed_by is null))
);
create unique index attachment_once on attachment (order_id, cycle, purpose, sent_hash) where removed_at is null;
create index attachment_order on attachment (order_id, at);
create index attachment_to_scan on attachment (scan_asked_at nulls first, at) where scan = 'waiting' and removed_at is null;

-- A file is added, taken back, or something is found in it.
alter domain order_event_kind drop constraint order_event_kind_words;
alter domain order_event_kind add constraint order_event_kind_words check (value in (
  'draft.open', 'draft.save', 'draft.abandon', 'intake.receive', 'intake.answer', 'intake.reject', 'answer.text', 'case.file',
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
