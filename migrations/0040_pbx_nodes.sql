-- Up Migration

-- What stands on one PBX says on which; an incident and an agent stand on none.

-- A room of a conference: number 0 is its root, 1 and up are the leaves, as in the room's name.
create table conference_room (
  incident_id uuid not null references incident,
  number int not null check (number >= 0),
  node text not null,
  primary key (incident_id, number)
);
insert into conference_room (incident_id, number, node)
  select i.id, n, i.node from incident i cross join generate_series(0, i.leaf_rooms) n;
alter table incident drop column node;

-- Where a call by hand rings its caller's own telephone: the citizen is joined to him there.
alter table manual_call add column node text not null default 'pbx1';
update manual_call m set node = coalesce(
  (select h.node from channel h where h.unique_id = m.id),
  (select l.node from leg l where l.id = m.leg_id),
  (select n.node from pbx_node n order by n.seen_at desc limit 1),
  'pbx1');
alter table manual_call alter column node drop default;

-- The PBX on which its legs meet somebody who is there already; null: any.
alter table dial_request add column node text;

-- A trunk as one node has it: whether its carrier answers that node.
create table trunk_share (
  trunk_id text not null references trunk,
  node text not null,
  silent_since timestamptz,
  primary key (trunk_id, node)
);
insert into trunk_share (trunk_id, node, silent_since)
  select t.id, n.node, t.silent_since from trunk t cross join pbx_node n;
alter table trunk drop column silent_since;
