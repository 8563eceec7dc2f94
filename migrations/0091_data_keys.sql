-- Up Migration

-- Keys beside the installation's own, which has no row: it writes while no row does. The bytes are kept outside the database.
create table data_key (
  id int primary key check (id between 2 and 65535),
  algorithm text not null check (algorithm in ('aes', 'sm')),
  state text not null check (state in ('waiting', 'writes', 'reads', 'gone')),
  -- in this state
  since timestamptz not null,
  -- fingerprint of a fixed text under this key: a process with other bytes does not hold it
  print bytea not null check (octet_length(print) = 36),
  -- everything that can be is under this key since; null: earlier values are being moved, or it does not write
  moved_at timestamptz,
  check (state = 'writes' or moved_at is null)
);
create unique index data_key_writes on data_key (state) where state = 'writes';

-- Which keys each process has at hand, said while one waits to be used.
create unlogged table data_key_holder (
  process text primary key,
  held int[] not null,
  at timestamptz not null
);

-- A number is moved from key to key in every table that has it.
create index sms_message_number on sms_message (number_hash);
create index sms_reply_number on sms_reply (number_hash);
create index manual_call_by_number on manual_call (number_hash);
create index missed_call_return_number on missed_call_return (number_hash);
