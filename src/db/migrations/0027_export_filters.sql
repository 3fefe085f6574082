-- Whom an export names; null: everybody. Statuses, ids and whether the ids were found by a search: no words that were searched
-- for, since those are part of somebody's name or address.
alter table {schema}.export add column filter jsonb;
