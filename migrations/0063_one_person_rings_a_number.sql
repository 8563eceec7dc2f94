-- Up Migration

-- A citizen has one telephone, in however many calls and orders the number stands: one person at a time rings it by hand.
alter table manual_call add column number_hash bytea;
drop index manual_call_call;
create index manual_call_number on manual_call (number_hash) where state <> 'ended';
create or replace view manual_call_read as
  select login, call_id, requested_at, number_hash from manual_call where state <> 'ended';
