-- Up Migration

-- A SIP edge (drachtio-srf) as it reports itself every two seconds; several share the trunks. Times are this database's.
create table edge (
  name text primary key,
  at timestamptz not null,
  draining boolean not null,
  -- its link to drachtio-server, each node as it sees it, its calls
  report jsonb not null
);

-- Requests an edge did not let through: one row for each source and reason a minute, how often in it. No number stands here: a source is
-- an address. 0.0.0.0 stands for all sources of a minute with too many of them.
create table edge_refusal (
  edge text not null,
  minute timestamptz not null,
  source inet not null,
  reason text not null,
  count int not null check (count > 0),
  primary key (minute, edge, source, reason)
);

-- What an edge must know of numbers, without reading one.
create view number_block_read as
  select number_hash,
      case when confirmed_at is not null then ends_at else least(ends_at, blocked_at + interval '24 hours') end as holds_until,
      ring_back_until
    from number_block where freed_at is null;

-- Members of conferences that go on, and the node of the root room: they come back there.
create view conference_member_read as
  select m.numbers_sealed, r.node
    from incident i join incident_member m on m.incident_id = i.id join conference_room r on r.incident_id = i.id and r.number = 0
   where i.ended_at is null and not m.removed;

create view service_line_read as select did, kind from service_line;
