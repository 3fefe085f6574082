-- A message in `sending` belongs to the worker that claimed it, until `lease_until`; the worker renews that while it has
-- the message in hand. `claimed_by` used to name a job: a job may run beside itself, a worker does not.
alter table {schema}.message add column lease_until timestamptz;
update {schema}.message set lease_until = claimed_at where status = 'sending';

-- What nothing is handed to a provider for at the moment: everything of ours (`account`), a recipient's domain, or the
-- mails of one event. One mail a minute tries whether that has changed.
create table {schema}.circuit_breaker (
  provider text not null,
  scope text not null check (scope in ('account', 'recipient_domain', 'event')),
  -- The domain; the event's id, or the kind of mails that have no event; empty for the account.
  key text not null,
  opened_at timestamptz not null,
  -- What the mail server said.
  reason text not null,
  probe_at timestamptz not null,
  -- Whether a mail is trying at the moment: what it finds out is known in seconds.
  is_probing boolean not null default false,
  primary key (provider, scope, key)
);

insert into {schema}.circuit_breaker (provider, scope, key, opened_at, reason, probe_at)
select transport, 'account', '', since, reason, probe_at from {schema}.transport_refusal;
drop table {schema}.transport_refusal;
