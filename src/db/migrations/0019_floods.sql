-- What strangers sent with the public form, until a worker takes it: a moment. The form's answer must not tell who is registered,
-- so that looking is the worker's.
create table {schema}.registration_request (
  id uuid primary key default {schema}.uuidv7(),
  event_id uuid not null references {schema}.event (id),
  email text not null,
  first_name text not null,
  last_name text not null,
  locale text,
  time_zone text,
  fields jsonb not null,
  source jsonb not null,
  technical jsonb not null,
  -- Whether somebody who is registered already is sent the link again.
  may_remind boolean not null,
  requested_at timestamptz not null
);

create index registration_request_requested on {schema}.registration_request (requested_at);

-- Addresses and domains whose registrations with the public forms the team does not want.
create table {schema}.block (
  id uuid primary key default {schema}.uuidv7(),
  kind text not null check (kind in ('email', 'domain')),
  -- Of an address: the hash of its inbox. Of a domain: the domain.
  key text not null,
  -- As the team wrote it; null once the person was erased: the hash goes on blocking.
  value text,
  created_at timestamptz not null,
  created_by text not null,
  constraint block_once unique (kind, key)
);

create index block_listed on {schema}.block (created_at, id) where value is not null;

-- What was refused since there was too much of it: one row an hour, kind and event, which the team is told of.
create table {schema}.flood (
  kind text not null,
  -- Null: of no event.
  event_id uuid references {schema}.event (id),
  period timestamptz not null,
  refused integer not null,
  last_at timestamptz not null,
  constraint flood_once unique nulls not distinct (kind, event_id, period)
);

create index flood_last on {schema}.flood (last_at);
