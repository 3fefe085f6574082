-- Access tokens of mail servers that take no passwords (OAuth 2), shared by all workers. `id` is a digest of the settings: other
-- settings have another row. The tokens are sealed with APP_SECRET.
create table {schema}.oauth_token (
  id text primary key,
  access_token text,
  expires_at timestamptz,
  -- The newest that the token endpoint gave; null: the one of the settings.
  refresh_token text,
  -- Until then one worker asks the token endpoint, and the others wait for what it brings.
  asking_until timestamptz not null,
  changed_at timestamptz not null
);
