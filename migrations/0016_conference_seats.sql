-- Up Migration

-- Which PBX node a conference, a seat and an agent's line are on: the restart of a node touches its own alone.
alter table incident add column node text;
update incident set node = coalesce((select n.node from pbx_node n order by n.seen_at desc limit 1), 'pbx1');
alter table incident alter column node set not null;

alter table incident_member
  add column channel_node text,
  -- the coordinator's own row, by login: a name is no identity
  add column chair_login text,
  -- his only telephone is rung for this member already
  add column same_telephone_as uuid references incident_member,
  -- by his own key *1, beside what the chair does
  add column self_muted boolean not null default false,
  -- pressed 2 while the conference was locked, and waits on the line
  add column locked_out boolean not null default false;
update incident_member m set channel_node = i.node from incident i where i.id = m.incident_id and m.channel_id is not null;
update incident_member m set chair_login = a.login from agent a
  where m.person_id is null and m.number_count = 0 and m.roles = array['应急协调员'] and m.name = '协调员 ' || a.extension and a.login is not null;
create unique index incident_member_chair on incident_member (incident_id, chair_login) where chair_login is not null;
create index incident_member_leg on incident_member (leg_id) where chair_login is not null;

update agent a set channels = (
  select jsonb_object_agg(l.key, l.value || jsonb_build_object('node', coalesce((select c.node from channel c where c.unique_id = l.key), (select min(node) from pbx_node), 'pbx1')))
  from jsonb_each(a.channels) l)
where channels <> '{}';

-- A coordinator speaks alone with a member whose line is open. The times are the
-- journal's: both must have been on the line.
create table incident_talk (
  id uuid primary key,
  incident_id uuid not null references incident,
  member_id uuid not null references incident_member,
  leg_id text not null,
  room text not null unique,
  login text not null,
  begun_at timestamptz not null,
  chair_in_at timestamptz,
  member_in_at timestamptz,
  over_at timestamptz
);
create index incident_talk_member on incident_talk (member_id, leg_id);
