-- Up Migration

-- From when LD_TALK_SECONDS count for a leg; null: nobody answered, or the exchange has lifted them: in a conference, or handed on to a person.
-- Legs of a conference that live now stay without: the exchange itself bounds an open line.
alter table leg add column bounded_from timestamptz;
update leg set bounded_from = answered_at
 where state in ('answered', 'confirmed') and done_result is null and purpose <> 'emergency';
