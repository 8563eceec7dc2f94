-- Up Migration

-- Replies are the text messages' own: offered to whoever listens, and what nobody takes waits for a person.
alter table sms_reply add column number_sealed bytea;
alter table sms_reply add column offered_at timestamptz;
alter table sms_reply add column handled_by text;
-- What was handled before was handled by the callbacks; what was not is offered now.
update sms_reply set offered_at = handled_at, handled_by = 'callbacks' where handled_at is not null;
alter table sms_reply add constraint sms_reply_handled check ((handled_at is null) = (handled_by is null));
create index sms_reply_to_offer on sms_reply (id) where offered_at is null;
create index sms_reply_open on sms_reply (received_at) where handled_at is null;
