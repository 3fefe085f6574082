-- The strongest fact known about the message from outside, as its rank (src/domain/delivery-fact.ts): the larger of
-- any two, in whatever order they came. 0: nothing is known, and the status is that of our own steps.
alter table {schema}.message add column learned smallint not null default 0;
alter table {schema}.message add column learned_at timestamptz;
-- Where a provider takes many mails in one call: the call that the message was part of, made again with the same
-- bytes under the same id until its answer is known.
alter table {schema}.message add column batch_id uuid;
-- When the provider is asked what became of the message, if it has said nothing until then.
alter table {schema}.message add column look_up_at timestamptz;

create index message_look_up on {schema}.message (look_up_at) where look_up_at is not null;
create index message_provider on {schema}.message (provider_message_id) where provider_message_id is not null;

update {schema}.message set learned = 10, learned_at = accepted_at where status = 'sent';
update {schema}.message set learned = 80, learned_at = coalesce(claimed_at, created_at) where status = 'bounced';

-- A retry goes out with the same headers, too.
alter table {schema}.compiled_template add column reply_to text;

create table {schema}.batch (
  id uuid primary key,
  -- In the order of the call.
  message_ids uuid[] not null,
  handed_over_at timestamptz not null
);

create index batch_handed_over on {schema}.batch (handed_over_at);

-- What a provider says about a message that we do not know yet, or about something else, is kept as well.
alter table {schema}.delivery_event alter column message_id drop not null;
-- Who says so: our own steps (null), or `resend`, `mailpit`, `report`, `lookup`, and the id that makes a repetition
-- known as one.
alter table {schema}.delivery_event add column source text;
alter table {schema}.delivery_event add column source_id text;
alter table {schema}.delivery_event add column provider_message_id text;
alter table {schema}.delivery_event add column received_at timestamptz not null default now();
-- Whether it has been taken into the statuses, or never will be.
alter table {schema}.delivery_event add column applied boolean not null default true;

create unique index delivery_event_source on {schema}.delivery_event (source, source_id) where source_id is not null;
create index delivery_event_waiting on {schema}.delivery_event (received_at) where not applied;

-- Addresses that get no mail, or no mail that they did not ask for, and why.
create table {schema}.suppression (
  id uuid primary key default {schema}.uuidv7(),
  address_hash text not null,
  -- Null once nobody registered has it any more: the hash goes on protecting it.
  address text,
  scope text not null check (scope in ('all', 'unrequested', 'reminders')),
  -- Only for this event; null: for all.
  event_id uuid references {schema}.event (id),
  reason text not null check (reason in ('bounced', 'complained', 'soft_bounces', 'provider', 'unsubscribed')),
  detail text,
  message_id uuid references {schema}.message (id),
  created_at timestamptz not null,
  lifted_at timestamptz,
  lifted_by text
);

create unique index suppression_active on {schema}.suppression (address_hash, scope, event_id) nulls not distinct
  where lifted_at is null;
create index suppression_listed on {schema}.suppression (created_at, id) where lifted_at is null and address is not null;

-- Five soft bounces in a row are counted over all events that an address is registered for.
create index registrant_address on {schema}.registrant ({schema}.address_hash(email)) where email is not null;

-- How fast a provider lets us call it, all workers together.
create table {schema}.transport_pace (
  transport text primary key,
  -- Null: it names no limit.
  calls_per_second double precision,
  next_call_at timestamptz not null
);

-- Who changed what, for the team to look up. No address stands in it: registrants are erased elsewhere.
create table {schema}.audit_entry (
  id uuid primary key default {schema}.uuidv7(),
  at timestamptz not null,
  actor text not null,
  action text not null,
  event_id uuid references {schema}.event (id),
  registrant_id uuid references {schema}.registrant (id),
  detail jsonb not null default '{}'
);
