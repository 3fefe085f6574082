-- What the site no longer keeps of an event that is long over: its people, and what its mails said.
create table {schema}.event_retention (
  event_id uuid primary key references {schema}.event (id),
  -- When erasing its people began the last time, and ended; `erased_at` null: it has not ended.
  begun_at timestamptz,
  erased_at timestamptz,
  -- Whoever registered until then is in `report`, and erased.
  people_until timestamptz,
  -- How many were erased.
  erased integer not null default 0,
  -- What the event's report counted of them before they were erased. No name, no address, and no domain of a few people.
  report jsonb,
  -- The last message that was looked at for what it says; ids sort by time.
  content_until uuid
);
