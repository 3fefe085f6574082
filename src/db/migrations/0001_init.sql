-- {schema}.uuidv7() makes ids that sort by time; src/db/uuidv7.ts brings it before the first of these files runs.

-- What an address is known by wherever the address itself must not stand: jobs, limits, log lines. One place, so
-- that everything that compares addresses agrees: without case. Immutable in truth: UTF8 is named, not inherited.
create function {schema}.address_hash(address text) returns text
  language sql immutable strict parallel safe
  return encode(sha256(convert_to(lower(address), 'UTF8')), 'hex');

create table {schema}.event (
  id uuid primary key default {schema}.uuidv7(),
  slug text not null,
  title text not null,
  description text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  time_zone text not null,
  room_url text,
  host_name text,
  reply_to text,
  locale text not null,
  key_style text not null check (key_style in ('hex', 'digits')),
  reminder_minutes integer[] not null,
  color text,
  logo_url text,
  cancelled_at timestamptz,
  revision integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint event_slug_unique unique (slug),
  constraint event_ends_after_start check (ends_at > starts_at)
);

-- A removed registrant keeps its row, without anything personal, so that counts stay.
create table {schema}.registrant (
  id uuid primary key default {schema}.uuidv7(),
  event_id uuid not null references {schema}.event (id),
  email text,
  first_name text not null,
  last_name text not null,
  locale text,
  time_zone text,
  fields jsonb not null default '{}',
  source jsonb not null default '{}',
  technical jsonb not null default '{}',
  access_key text,
  email_status text,
  email_status_at timestamptz,
  registered_at timestamptz not null default now(),
  joined_at timestamptz,
  erased_at timestamptz,
  constraint registrant_whole_or_erased
    check ((email is not null and access_key is not null) or erased_at is not null)
);

-- Unique by event and address; an erased registrant has no address and stands in nobody's way.
create unique index registrant_event_address on {schema}.registrant (event_id, {schema}.address_hash(email));
create index registrant_event_registered on {schema}.registrant (event_id, registered_at, id) where erased_at is null;
create index registrant_event_status on {schema}.registrant (event_id, email_status);

-- The source of a mail before the recipient's values are merged into it, under the hash of its content.
create table {schema}.compiled_template (
  hash text primary key,
  kind text not null,
  language text not null,
  subject text not null,
  html text not null,
  text text not null,
  calendar text,
  created_at timestamptz not null default now()
);

-- The ledger of everything ever sent. template_hash and variables are frozen when a worker claims the message:
-- from there on a retry says the same bytes, and the mail can be shown again exactly as it was.
create table {schema}.message (
  id uuid primary key default {schema}.uuidv7(),
  event_id uuid references {schema}.event (id),
  registrant_id uuid references {schema}.registrant (id),
  kind text not null,
  occurrence text not null,
  lane text not null check (lane in ('now', 'bulk')),
  status text not null default 'queued',
  to_address text,
  template_hash text references {schema}.compiled_template (hash),
  variables jsonb,
  subject text,
  due_at timestamptz not null default now(),
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  claimed_at timestamptz,
  -- The job that has the message in hand: when it runs again after a crash, it may take the message again at once.
  claimed_by uuid,
  accepted_at timestamptz,
  attempts integer not null default 0,
  error text,
  transport text,
  provider_message_id text,
  constraint message_once unique (registrant_id, kind, occurrence)
);

create index message_event on {schema}.message (event_id, id);
-- What is still to be done: small however large the ledger grows.
create index message_outstanding on {schema}.message (due_at) where status in ('scheduled', 'queued', 'sending');

-- What became known about a message after it was queued, oldest first by occurred_at.
create table {schema}.delivery_event (
  id uuid primary key default {schema}.uuidv7(),
  message_id uuid not null references {schema}.message (id),
  type text not null,
  occurred_at timestamptz not null,
  detail jsonb not null default '{}'
);

create index delivery_event_message on {schema}.delivery_event (message_id, occurred_at);

create table {schema}.team_member (
  id uuid primary key default {schema}.uuidv7(),
  email text not null,
  role text not null check (role in ('member', 'admin')),
  created_at timestamptz not null default now()
);

create unique index team_member_address on {schema}.team_member ({schema}.address_hash(email));

create table {schema}.api_key (
  id uuid primary key default {schema}.uuidv7(),
  name text not null,
  key_hash text not null unique,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);

-- The answers of POSTs that named an Idempotency-Key, kept for 24 hours.
create table {schema}.idempotent_answer (
  api_key_id uuid not null,
  idempotency_key text not null,
  request_hash text not null,
  status integer not null default 0,
  body text not null default '',
  registrant_id uuid,
  created_at timestamptz not null default now(),
  primary key (api_key_id, idempotency_key)
);

create index idempotent_answer_registrant on {schema}.idempotent_answer (registrant_id) where registrant_id is not null;
create index idempotent_answer_created on {schema}.idempotent_answer (created_at);

-- The shape that rate-limiter-flexible reads and writes.
create table {schema}.rate_limit (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
