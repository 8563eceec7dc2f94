-- Up Migration

-- 大屏: a screen on a wall stays signed in for months, so its login holds nothing else.
alter table user_account add constraint user_account_wall_alone check (not ('WALL' = any (roles)) or cardinality(roles) = 1);
