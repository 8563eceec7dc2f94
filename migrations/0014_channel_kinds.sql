-- Up Migration

-- What the product writes and nothing else: a trunk budget once looked for a kind that only its test wrote.
update channel set kind = 'outside' where kind not in ('citizen', 'outside', 'agent');
alter table channel add constraint channel_kind check (kind in ('citizen', 'outside', 'agent'));
