-- Up Migration

-- 派单内容: what a unit reads of a confidential order instead of the citizen's own words.
alter table work_order add column unit_text text not null default '';

-- Searches by number are limited by what was written down of them.
create index audit_entry_actor on audit_entry (actor, action, at);

-- Events published before their audience named handlers and operators apart: units alone told every role of a unit.
update feed_event set audience = (audience - 'units') || jsonb_build_object('handlers', audience -> 'units', 'operators', audience -> 'units') where audience ? 'units';

-- A draft's author is a login. One opened for an extension belongs to the login that holds it.
update work_order o set created_by = u.login from user_account u
  where o.created_by = u.extension and u.disabled_at is null and not exists (select 1 from user_account same where same.login = o.created_by)
    and not exists (select 1 from user_account other where other.extension = u.extension and other.login <> u.login and other.disabled_at is null);
