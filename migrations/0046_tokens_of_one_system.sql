-- Tokens are keys of a system, which is its name: while one is exchanged for another, two open its orders. The first of a name claims it.

alter table integration_token drop constraint integration_token_name_key;
alter table integration_token add column rotated_from uuid references integration_token;
create unique index integration_token_name on integration_token (name) where rotated_from is null;
