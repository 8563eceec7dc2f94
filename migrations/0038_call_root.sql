-- Up Migration

-- Calls that became one: each id that was merged away has an alias, and it names the call that goes on.
insert into call_alias (linked_id, call_id) select id, merged_into from call where merged_into is not null
on conflict (linked_id) do update set call_id = excluded.call_id where call_alias.call_id <> excluded.call_id;

-- Any other id whose call was merged away in the same batch of the journal: its alias stayed behind.
update call_alias a set call_id = c.merged_into from call c where c.id = a.call_id and c.merged_into is not null;

-- The call under the id it has now, for whoever knows an id it has or had: `(select id from call_root($1))`. An id that no call has stays itself.
create function call_root (asked text) returns table (id text) language sql stable rows 1
begin atomic
  select coalesce((select a.call_id from call_alias a where a.linked_id = asked), asked);
end;
