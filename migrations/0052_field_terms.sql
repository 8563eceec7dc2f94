-- Up Migration

-- Columns under the field's names. Stored codes stay as they are: timelines keep them, and are never changed.
alter table incident rename column sameness to dedup_key;
alter table incident rename column way_in_due to rejoin_access_due;
alter table callback_attempt rename column way to method;
alter table callback_attempt rename constraint callback_attempt_way_check to callback_attempt_method_check;
alter table trunk rename column second to rate_window_at;
alter table trunk rename column placed_in_second to rate_window_count;
alter table leg rename column yielded to preempted;
