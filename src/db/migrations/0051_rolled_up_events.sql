-- What was told about a mail of an event that is long over, as counts with the first and the last time, by type: the rows are deleted
-- (src/db/retention.ts).
alter table {schema}.message add column rolled_up jsonb;

-- Mails whose content was forgotten already are looked at once more.
update {schema}.event_retention set content_until = null;
