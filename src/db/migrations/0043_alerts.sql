-- What the team is told of by ALERT_TO and ALERT_WEBHOOK_URL.

-- One row as long as the workers' settings name anybody: without it nothing is raised, and no send is noted.
create table {schema}.alerting (
  is_on boolean primary key default true check (is_on)
);

-- What is wrong, or was: one row a thing.
create table {schema}.alert (
  type text not null,
  key text not null,
  -- The event that it is about, for its title; null: none. No reference: nothing may fail since an alert is raised.
  event_id uuid,
  -- What its words are made of. No address of a person, and no key.
  facts jsonb not null,
  -- When it began the last time, and ended. Null: it goes on. Of what has no end: when it last happened, both.
  begun_at timestamptz not null,
  ended_at timestamptz,
  -- The team was told that it began, and not yet that it ended.
  is_told boolean not null default false,
  -- How often it began since then without anybody having been told, and when the first of these did.
  untold integer not null,
  untold_since timestamptz,
  -- When the team was last told that it began.
  told_at timestamptz,
  primary key (type, key)
);

-- One thing that the team is told: by mails, which name it, and by the webhook.
create table {schema}.alert_notice (
  id uuid primary key default {schema}.uuidv7(),
  content jsonb not null,
  created_at timestamptz not null,
  -- When the webhook's receiver took it; null: it has not.
  posted_at timestamptz
);

-- A mail to many, as long as it is watched for bounces and its digest.
create table {schema}.send (
  event_id uuid not null references {schema}.event (id),
  kind text not null,
  dedupe_key text not null,
  -- When its first mails were due.
  begun_at timestamptz not null,
  -- When it is looked at next; null: never again.
  look_at timestamptz,
  digested_at timestamptz,
  bounces_raised_at timestamptz,
  primary key (event_id, kind, dedupe_key)
);
create index send_look on {schema}.send (look_at) where look_at is not null;

-- That the digest of the morning after an event was made. An event that moves has another one.
create table {schema}.event_digest (
  event_id uuid not null references {schema}.event (id),
  ends_at timestamptz not null,
  made_at timestamptz not null,
  primary key (event_id, ends_at)
);
