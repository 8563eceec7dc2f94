-- Up Migration

-- Channels (受理渠道) are dated rows: what a channel is called, which system sends it, whether its complainants are asked back, who reads it and
-- which times its orders have. A row that has begun is never changed; an order goes by the row of the day it was received on.

-- A channel is a code, no longer one of a list; which there are, the rows say.
alter domain order_channel drop constraint order_channel_listed;
alter domain order_channel add constraint order_channel_code check (value ~ '^[A-Z][A-Z0-9_]{1,39}$') not valid;

create table channel_policy (
  code order_channel not null,
  -- first local day
  valid_from date not null,
  name text not null check (name ~ '\S'),
  name_en text not null check (name_en ~ '\S'),
  -- purpose of the token that may send its orders; null: written down by hand alone
  sent_with text check (sent_with in ('orders', 'city-12345', 'police-110')),
  -- its complainants are asked before closing; patrols, devices and duty rooms have none
  asked_back boolean not null,
  -- only named readers know of its orders; the Party mailbox always
  restricted boolean not null check (restricted or code <> 'PARTY_MAILBOX'),
  -- rows of deadline_policy: for its orders, and for consultations and suggestions; null: as category and urgency say, and as its other orders
  clock text,
  consult_clock text check (consult_clock is null or clock is not null),
  entered_by text not null default 'system',
  entered_at timestamptz not null default now(),
  primary key (code, valid_from),
  -- what an order keeps of its row
  unique (code, valid_from, asked_back, restricted)
);

insert into channel_policy (code, valid_from, name, name_en, sent_with, asked_back, restricted, clock, consult_clock) values
  ('HOTLINE_962000', '2000-01-01', '962000', '962000', 'orders', true, false, null, null),
  ('CITY_12345', '2000-01-01', '12345', '12345', 'city-12345', true, false, 'CITY_12345_NORMAL', 'CITY_12345_CONSULT'),
  ('POLICE_110', '2000-01-01', '110', '110', 'police-110', true, false, null, null),
  ('GRID_PATROL', '2000-01-01', '网格巡查', 'Grid patrol', 'orders', false, false, null, null),
  ('COMMUNITY_PATROL', '2000-01-01', '社区巡管', 'Community patrol', 'orders', false, false, null, null),
  ('STREET_JOINT', '2000-01-01', '街面联勤', 'Street joint', 'orders', false, false, null, null),
  ('MAYOR_MAILBOX', '2000-01-01', '区长信箱', 'Mayor''s mailbox', 'orders', true, false, null, null),
  ('PARTY_MAILBOX', '2000-01-01', '党务信箱', 'Party mailbox', 'orders', true, true, null, null),
  ('LEADER_VISIT', '2000-01-01', '大走访', 'Leader''s visit', 'orders', false, false, null, null),
  ('EMERGENCY_DUTY', '2000-01-01', '应急值班', 'Emergency duty', 'orders', false, false, null, null),
  ('INFO_COLLECTION', '2000-01-01', '信息采集', 'Collection', 'orders', false, false, null, null),
  ('VIDEO', '2000-01-01', '视频', 'Video', 'orders', false, false, null, null),
  ('VOLUNTEER', '2000-01-01', '志愿者', 'Volunteer', 'orders', false, false, null, null),
  ('DEVICE_ALARM', '2000-01-01', '设备报警', 'Device alarm', 'orders', false, false, null, null),
  ('MEDIA', '2000-01-01', '媒体', 'Media', 'orders', false, false, null, null),
  ('MEDIATION', '2000-01-01', '大调解', 'Mediation', 'orders', false, false, null, null);

-- What an order keeps of its channel's row, which the first of them names. All that stand go by the first rows.
alter table work_order
  add column channel_since date not null default '2000-01-01',
  add column asked_back boolean not null default false,
  add column restricted boolean not null default false;
-- Not by an update: it would ask rows of earlier versions to keep to checks that only new ones must.
alter table work_order
  alter column asked_back type boolean
    using channel in ('HOTLINE_962000', 'CITY_12345', 'POLICE_110', 'MAYOR_MAILBOX', 'PARTY_MAILBOX'),
  alter column restricted type boolean using channel = 'PARTY_MAILBOX';
alter table work_order
  alter column channel_since drop default,
  alter column asked_back drop default,
  alter column restricted drop default;
alter table work_order add constraint work_order_channel foreign key (channel, channel_since, asked_back, restricted)
  references channel_policy (code, valid_from, asked_back, restricted) not valid;
do $$ begin
  alter table work_order validate constraint work_order_channel;
exception when foreign_key_violation then
  -- Rows of earlier versions are history, never a reason not to start.
  raise warning 'orders from before are on channels that are none; new ones may not be';
end $$;

create or replace view work_order_read as
  select id, number, state, channel, request_type, category_code, urgency, title, confidential, about_unit_id, town_id, cycle, created_by,
      number_hash, received_at, filed_at, dispatched_at, first_contact_at, reported_at, closed_at, citizen_due_at, return_count,
      rework_count, on_site_overtime_at, handling_overtime_at, citizen_overtime_at, dispatch_overtime_at, first_contact_overtime_at,
      restricted
    from work_order;

-- An officer's time to have a bad answer re-done or explained is a row too; what runs names it.
insert into deadline_policy (name, valid_from, minutes, on_site_minutes, longest_minutes, calendar) values
  ('OFFICER_DECISION', '2000-01-01', 1440, null, null, 'working');
update callback set officer_reckoning = officer_reckoning || '{"policy": "OFFICER_DECISION", "policySince": "2000-01-01"}'
  where officer_reckoning is not null;
