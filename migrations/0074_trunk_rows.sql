-- Up Migration

-- A trunk (运营商线路) is a row that an administrator keeps. The trunk of the settings is entered at the first start, and follows them until
-- a person changes it.
create sequence trunk_number start 2;
alter table trunk
  add column name text not null default '运营商线路' check (name <> ''),
  add column transport text not null default 'udp' check (transport in ('udp', 'tcp', 'tls')),
  add column srtp boolean not null default false,
  -- in: calls only come in by it; out: they only go out
  add column direction text not null default 'both' check (direction in ('both', 'in', 'out')),
  -- smaller goes first; among equals by weight
  add column priority int not null default 1 check (priority between 1 and 9),
  add column weight int not null default 10 check (weight between 1 and 100),
  -- 1 is the cheapest; machines' calls that may wait use no dearer one while a cheaper one works
  add column cost_class int not null default 1 check (cost_class between 1 and 3),
  -- seconds between two OPTIONS; 0: the carrier answers none and is not asked
  add column qualify_seconds int not null default 3 check (qualify_seconds between 0 and 60),
  add column keys text not null default 'rfc4733' check (keys in ('rfc4733', 'info')),
  -- host:port by which its calls leave; empty: straight
  add column outbound_proxy text not null default '',
  add column version int not null default 1,
  -- null: no person ever did, the settings hold
  add column changed_by text,
  add column changed_at timestamptz,
  add constraint trunk_id check (id ~ '^trunk([1-9][0-9]{0,3})?$') not valid,
  add constraint trunk_srtp check (not srtp or transport = 'tls'),
  add constraint trunk_changed check ((changed_by is null) = (changed_at is null));

-- A trial call (试拨) goes over one trunk and no other.
alter table dial_request add column trunk_id text references trunk;
alter domain leg_purpose drop constraint leg_purpose_words;
alter domain leg_purpose add constraint leg_purpose_words check (value in (
  'callback', 'emergency', 'missed-call', 'manual', 'own-telephone', 'trial')) not valid;
alter domain leg_purpose validate constraint leg_purpose_words;
create index dial_request_trial on dial_request (trunk_id, seq desc) where trunk_id is not null;
