-- Up Migration

-- Limits are named `max` everywhere, and say what they limit.
alter table deadline_policy rename column longest_minutes to max_extended_minutes;
alter table attempt_policy rename column longest_days to max_postponed_days;
