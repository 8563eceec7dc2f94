-- Up Migration

-- A leg is written when it is placed: by whom and when is always known.
alter table leg alter column placing_at set not null, alter column placed_by set not null;
