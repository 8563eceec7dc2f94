-- Up Migration

-- The words of event kinds and legs as types: PostgreSQL reads a table's CHECK anew for every statement, a type's once a connection.
-- Each list stands in the code, too; test/contract/schema-words.test.ts compares them.

-- Rows of earlier versions that hold another word stay as they are, and the start says so; new ones may not.
create function only_words (name regtype, definition text) returns void language plpgsql as $$
begin
  execute format('alter domain %s add constraint %I %s not valid', name, name || '_words', definition);
  begin
    execute format('alter domain %s validate constraint %I', name, name || '_words');
  exception when check_violation then
    raise warning 'rows from before hold other words than %; new ones may not', name;
  end;
end $$;

create domain order_event_kind as text;
alter table order_event alter column kind type order_event_kind;
select only_words('order_event_kind', $$check (value in (
  'draft.open', 'draft.save', 'draft.abandon', 'intake.receive', 'intake.answer', 'intake.reject', 'answer.text', 'case.file',
  'case.merge', 'case.amend', 'case.note', 'case.dispatch', 'case.urge', 'case.rework', 'case.reopen', 'case.close',
  'checks.decide', 'complainant.add', 'call.link', 'call.tried', 'praise.forward', 'dispatch.notified',
  'dispatch.nobody-to-notify', 'assignment.forward', 'assignment.sign', 'assignment.return', 'assignment.hand-over',
  'return.approve', 'return.refuse', 'handling.arrive', 'handling.start', 'handling.report', 'help.request', 'help.resolve',
  'co.sign', 'co.arrive', 'co.report', 'photo.add', 'photo.remove', 'photo.verify', 'report.accept', 'report.send-back',
  'verification.pass', 'verification.fail', 'callback.result', 'extension.request', 'extension.grant', 'extension.refuse',
  'clocks.reckoned-again', 'dispatch.half', 'dispatch.late', 'dispatch.expire', 'sign.half', 'sign.late', 'sign.expire',
  'first-contact.half', 'first-contact.late', 'first-contact.expire', 'on-site.half', 'on-site.late', 'on-site.expire',
  'handling.half', 'handling.late', 'handling.expire', 'citizen.half', 'citizen.late', 'citizen.expire'))$$);

create domain call_event_kind as text;
alter table call_event alter column kind type call_event_kind;
select only_words('call_event_kind', $$check (value in (
  'offered', 'placed', 'dialled', 'queued', 'left-queue', 'ringing', 'not-answered', 'answered', 'abandoned', 'overflow',
  'held', 'retrieved', 'agent-gone', 'transfer', 'joined', 'left', 'merged', 'recording', 'recorded', 'not-recorded',
  'emergency-centre', 'outside', 'person-wanted', 'callback-awaited', 'missed-call-return', 'conference', 'refused',
  'disposition', 'listened', 'switched', 'civility-warning', 'ended'))$$);

create domain incident_event_kind as text;
alter table incident_event alter column kind type incident_event_kind;
select only_words('incident_event_kind', $$check (value in (
  'started', 'stopped', 'resumed', 'reordered', 'ended', 'locked', 'unlocked', 'muted-all', 'unmuted-all',
  'recording-started', 'recording-stopped', 'private', 'reunited', 'added', 'skipped', 'removed', 'not-in-office',
  'same-telephone', 'number-refused', 'no-number', 'dialled', 'placed', 'answered', 'key', 'leg-ended', 'finished',
  'unreached', 'entered', 'left', 'refused-locked', 'self-muted', 'self-unmuted', 'muted', 'unmuted', 'admitted', 'spoke',
  'chair-rung', 'chair-not-answered', 'deputy-called', 'deputy-unknown'))$$);

create domain leg_purpose as text;
alter table leg alter column purpose type leg_purpose;
alter table dial_request alter column purpose type leg_purpose;
select only_words('leg_purpose', $$check (value in (
  'callback', 'emergency', 'missed-call', 'manual', 'own-telephone'))$$);

create domain leg_outcome as text;
alter table leg alter column outcome type leg_outcome;
alter table dial_request alter column outcome type leg_outcome;
select only_words('leg_outcome', $$check (value in (
  'confirmed', 'declined', 'answered-not-confirmed', 'busy', 'no-answer', 'unallocated', 'rejected', 'congestion',
  'no-response', 'not-placed', 'pbx-lost', 'cancelled'))$$);

drop function only_words (regtype, text);

-- Whether the timeline tells of a talk apart: it does once both have been on the line for long enough. Those that stand were told of at once.
alter table incident_talk add column said boolean not null default false;
update incident_talk set said = true where chair_in_at is not null and member_in_at is not null;
