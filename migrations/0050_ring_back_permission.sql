-- Up Migration

-- Until when a number that is turned away may ring back, because we rang it. Kept beside the block, so that a PBX that could not be told
-- is told later.
alter table number_block
  add column ring_back_until timestamptz,
  -- the PBX has been told of that moment
  add column ring_back_told boolean not null default false;
create index number_block_ring_back_untold on number_block (ring_back_until) where not ring_back_told;

update number_block b set ring_back_until = l.until
  from (select number_hash, max(placing_at) + interval '24 hours' as until from leg group by number_hash) l
 where l.number_hash = b.number_hash and l.until > now() and b.freed_at is null and b.ends_at > now();
