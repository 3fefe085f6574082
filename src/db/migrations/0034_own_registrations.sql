-- The index of statuses counts all; whoever cancelled is taken off, as few as they are.
create index registrant_cancelled_status on {schema}.registrant (event_id, email_status) where cancelled_at is not null;

-- What was done to one person's registration, and by whom.
create index audit_entry_registrant on {schema}.audit_entry (registrant_id, at, id) where registrant_id is not null;
