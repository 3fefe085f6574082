-- A reset of all access links of an event. It replaces the keys slice by slice; a key that it has not come to yet opens nothing any more.
create table {schema}.key_reset (
  event_id uuid not null references {schema}.event (id),
  id uuid not null default {schema}.uuidv7(),
  started_at timestamptz not null,
  -- Whether everybody is mailed their new link once all have one.
  notify boolean not null,
  -- How many had a link when it began, and how many of them have been dealt with.
  total integer not null,
  replaced integer not null default 0,
  -- The last registrant dealt with; null: nobody yet.
  after_id uuid,
  finished_at timestamptz,
  primary key (event_id, id)
);
-- At most one of an event at a time.
create unique index key_reset_running on {schema}.key_reset (event_id) where finished_at is null;
