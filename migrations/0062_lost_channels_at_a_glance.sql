-- Up Migration

-- Health asks each second how many channels of the last hour ended without a row.
create index pbx_journal_lost on pbx_journal (at) where event = 'CHANNEL_LOST';
