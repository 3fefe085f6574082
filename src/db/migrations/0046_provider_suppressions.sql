-- Whether a provider's own suppression list has an address, as it told last. Nobody need be registered with it.
create table {schema}.provider_listing (
  provider text not null,
  address_hash text not null,
  listed boolean not null,
  changed_at timestamptz not null,
  primary key (provider, address_hash)
);

-- The provider whose list put it there; null: we found it by ourselves, or by what became of a mail.
alter table {schema}.suppression add column listed_by text;

-- Addresses that the team allowed mail to, until the provider has taken them off its own list as well.
create table {schema}.provider_lift (
  address_hash text primary key,
  address text not null,
  asked_at timestamptz not null,
  asked_by text not null,
  attempts integer not null default 0,
  error text,
  -- Null: it is asked again by itself.
  failed_at timestamptz
);

-- Which set-ups at a provider were looked at when a process started, and when: of many that start together one looks.
create table {schema}.setup_look (
  setup text primary key,
  looked_at timestamptz not null
);
