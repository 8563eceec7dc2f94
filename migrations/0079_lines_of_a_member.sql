-- Up Migration

-- Who comes in by one line has no other: all lines of a member are looked for when the member comes in.
create index incident_event_member on incident_event (member_id) where member_id is not null;
