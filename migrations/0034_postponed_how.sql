-- Up Migration

-- How an officer knew, without a call, that the citizen wants another time. Null: he had him on the line, or it was never put off.
alter table callback add column postponed_how text;
