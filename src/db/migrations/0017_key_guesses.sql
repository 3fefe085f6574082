-- Wrong access keys that were tried for an address at an event, registered or not. Windows begin with the first count.
create table {schema}.wrong_key (
  event_id uuid not null references {schema}.event on delete cascade,
  -- Empty: of addresses that nobody registered with, tried by clients that are past their own limit.
  address_hash text not null,
  hour_began_at timestamptz not null,
  hour_count integer not null,
  day_began_at timestamptz not null,
  day_count integer not null,
  -- Since the key was made.
  in_all integer not null,
  primary key (event_id, address_hash)
);
-- The cleaner looks for those that nobody tries any more.
create index wrong_key_day on {schema}.wrong_key (day_began_at);

-- The same for the whole event: of keys so short that they can be guessed.
create table {schema}.wrong_key_of_event (
  event_id uuid primary key references {schema}.event on delete cascade,
  hour_began_at timestamptz not null,
  hour_count integer not null,
  -- When there were last so many in an hour that the team was told.
  alarm_at timestamptz
);
create index wrong_key_alarm on {schema}.wrong_key_of_event (alarm_at) where alarm_at is not null;
