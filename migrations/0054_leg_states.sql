-- Up Migration

-- A leg is written when it is placed: no row has been `requested` since `placing_at` must be known (0042).
alter table leg drop constraint leg_state_check;
alter table leg add constraint leg_state_check check (state in ('placing', 'ringing', 'answered', 'confirmed', 'ended')) not valid;
alter table leg validate constraint leg_state_check;
