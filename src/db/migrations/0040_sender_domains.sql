-- Domains that events may send from: how we prove that they are the team's, what signs their mails, and what the DNS said of them.
create table {schema}.sender_domain (
  -- In ASCII and lower case.
  domain text primary key,
  -- Stands in a TXT record of the domain: whoever can write it there owns the domain.
  token text not null,
  -- Our DKIM key of the domain: the selector, the private key (sealed with APP_SECRET) and the public one as DNS has it. Null: the
  -- mail server signs.
  dkim_selector text,
  dkim_private_key text,
  dkim_public_key text,
  -- Where the mail server's own key is published; null: nobody said.
  relay_selector text,
  -- What the last check found, one part a record; null: it was never checked.
  checks jsonb,
  checked_at timestamptz,
  -- When a worker took it to check it.
  check_begun_at timestamptz,
  -- Whether its DNS has our key, so that signatures can be checked.
  signs boolean not null default false,
  -- Since when events may send from it; null: they may not.
  verified_at timestamptz,
  -- Since when checks of a verified domain fail, and how many in a row.
  failing_since timestamptz,
  failed_checks integer not null default 0,
  -- When it was no longer verified, after checks had failed for days; null: that never happened since it was verified.
  lost_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  check (num_nulls(dkim_selector, dkim_private_key, dkim_public_key) in (0, 3))
);

create index event_sender_domain on {schema}.event (split_part(from_address, '@', 2)) where from_address is not null;

-- Who a message came from, settled with what it says: { "name", "address", "replyTo" }. Null: MAIL_FROM.
alter table {schema}.message add column sender jsonb;

-- The provider may refuse one sender domain and take all others.
alter table {schema}.circuit_breaker drop constraint circuit_breaker_scope_check;
alter table {schema}.circuit_breaker add constraint circuit_breaker_scope_check
  check (scope in ('account', 'sender_domain', 'recipient_domain', 'event'));
