-- How an event looks, which sender its mails have, and which sites may frame its form.
alter table {schema}.event
  -- Pictures; null: none.
  add column cover_url text,
  add column host_picture_url text,
  -- Null: the sender is that of MAIL_FROM.
  add column from_name text,
  -- Only of a verified sender domain.
  add column from_address text,
  -- Origins (`https://www.example.com`) whose pages may frame the registration form; empty: none.
  add column embed_origins text[] not null default '{}';

-- [{ "name", "text", "at", "withdrawnAt" }]: the exact text that somebody agreed to, and when. Null: none. No default: a function
-- takes the table's row type.
alter table {schema}.registrant add column consents jsonb;
