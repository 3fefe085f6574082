-- Who left stays as a row, so that what they did can be told; a new member may have their address again.
alter table {schema}.team_member add column removed_at timestamptz;
-- The columns of the People page that they want to see; null: the usual ones.
alter table {schema}.team_member add column people_columns text[];
drop index {schema}.team_member_address;
create unique index team_member_address on {schema}.team_member ({schema}.address_hash(email)) where removed_at is null;

-- A mailed link that signs a member in, once. Nothing of the link is kept: it is made from APP_SECRET and the id.
create table {schema}.sign_in (
  id uuid primary key default {schema}.uuidv7(),
  team_member_id uuid not null references {schema}.team_member (id),
  language text not null,
  -- Where they wanted to go: a path of ours.
  next_path text not null,
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table {schema}.session (
  id uuid primary key default {schema}.uuidv7(),
  team_member_id uuid not null references {schema}.team_member (id),
  -- SHA-256 of the cookie, and of the one before it for as long as requests with that one may be under way.
  token_hash text not null unique,
  token_at timestamptz not null,
  old_token_hash text unique,
  signed_in_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  user_agent text not null
);

create index session_member on {schema}.session (team_member_id);

-- What a key may be used for. Those made before may everything.
alter table {schema}.api_key add column scopes text[] not null default '{read,write,send,export}';
alter table {schema}.api_key alter column scopes drop default;

-- Links sent again to many at once, to look how far they came.
create table {schema}.bulk_send (
  id uuid primary key default {schema}.uuidv7(),
  event_id uuid not null references {schema}.event (id),
  asked_by text not null,
  asked_at timestamptz not null,
  queued integer not null,
  skipped jsonb not null,
  -- Of its messages.
  occurrence text not null
);

create index bulk_send_event on {schema}.bulk_send (event_id, asked_at);
create index message_resent on {schema}.message (occurrence) where kind = 'access_link';
