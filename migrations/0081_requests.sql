-- Up Migration

-- What the dialler is asked for is named apart from what a citizen said: a request (诉求) is the citizen's.
alter table callback rename column request_id to dial_request_id;
alter table callback_attempt rename column request_id to dial_request_id;
alter index callback_attempt_request rename to callback_attempt_dial_request;
