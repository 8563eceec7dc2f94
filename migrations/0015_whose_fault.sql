-- Up Migration

-- How far a leg had got when it ended: the far side's last SIP status (0: none came), the channel's state, and whether it was
-- one of the callee's own attempts. Null for legs that ended before.
alter table leg add column sip int, add column channel_state text, add column theirs boolean;

-- Whether one of its legs was the callee's own attempt, and the trunks on which the present number has just failed.
alter table dial_request add column tried boolean not null default false, add column failed_trunks text[] not null default '{}';

-- The carrier has not answered OPTIONS since.
alter table trunk add column silent_since timestamptz;

-- Numbers the carrier does not know (404 and the like), until a leg to them rings again.
create table unallocated_number (
  number_hash bytea primary key,
  since timestamptz not null,
  last_at timestamptz not null
);

-- The list of legs, newest first.
create index leg_newest on leg (placing_at desc, id desc);
