-- Up Migration

-- What an outside system's token is for. One that stands already is for what it has been used for; one never used files orders.
alter table integration_token add column purposes text[] not null default '{}'
  check (purposes <@ array['orders', 'city-12345', 'police-110', 'sms-gateway']);
update integration_token t set purposes = array(
  select 'sms-gateway' where exists (select from audit_entry where actor = 'integration:' || t.name and action in ('sms.reply', 'sms.receipt'))
  union all select 'city-12345' where exists (select from work_order where created_by = 'integration:' || t.name and channel = 'CITY_12345')
  union all select 'police-110' where exists (select from work_order where created_by = 'integration:' || t.name and channel = 'POLICE_110')
  union all select 'orders' where exists (select from work_order where created_by = 'integration:' || t.name and channel not in ('CITY_12345', 'POLICE_110')));
update integration_token set purposes = array['orders'] where purposes = '{}';
alter table integration_token alter column purposes drop default, add check (purposes <> '{}');
