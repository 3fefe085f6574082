-- What the DNS says of the domains that people register with: whether mail can be delivered there. No address, no name, nobody's row.
create table {schema}.mail_domain (
  -- In ASCII and lower case, as `registrant.email_domain`.
  domain text primary key,
  -- Null: not known yet, or the DNS gave no answer.
  status text check (status in ('ok', 'no_mail', 'does_not_exist')),
  -- When the status was found.
  checked_at timestamptz,
  -- When to ask the DNS; null: not again, unless somebody registers with it after `expires_at`.
  due_at timestamptz,
  expires_at timestamptz not null,
  -- Times in a row that the DNS gave no answer.
  attempts int not null default 0,
  -- Until then one worker asks.
  claimed_until timestamptz
);
create index mail_domain_due on {schema}.mail_domain (due_at) where due_at is not null;
create index mail_domain_wrong on {schema}.mail_domain (domain) where status <> 'ok';

alter table {schema}.registration_request
  -- The request whose address was wrong, of the same browser: this one has the right address, and nothing else.
  add column replaces uuid,
  -- When a worker took it and registered nobody with it, since the address was registered: kept for an hour, as the address may prove wrong.
  add column taken_at timestamptz;
