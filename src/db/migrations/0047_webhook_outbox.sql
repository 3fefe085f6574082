-- What becomes of mails is published with a row for each statement and endpoint, not with two rows for each mail: whoever is told of mails, or
-- cannot be told, does not slow them down. The worker that sends to the endpoint makes events and deliveries of the rows. Nothing personal
-- stands in them: what is told with an error is an event at once, as what is told of registrants is.
create table {schema}.webhook_outbox (
  endpoint_id uuid not null,
  -- The smallest of its sequences.
  first_sequence bigint not null,
  created_at timestamptz not null default now(),
  type text not null,
  event_id uuid,
  status text not null,
  -- Of each mail, at the same place. At most a thousand: they are made into deliveries together.
  message_ids uuid[] not null,
  sequences bigint[] not null,
  attempts integer[] not null,
  accepted_at timestamptz[] not null,
  primary key (endpoint_id, first_sequence)
);
-- Compressing ids takes longer than writing them, and saves nothing.
alter table {schema}.webhook_outbox set (toast_tuple_target = 8160);

-- The id of an event that was in the outbox, for all endpoints the same: one that uuidv7() makes at this microsecond, with the sequence in
-- place of what is random.
create function {schema}.webhook_id(at timestamptz, sequence bigint) returns uuid language sql immutable parallel safe
return (overlay(lpad(to_hex((extract(epoch from at) * 1000000)::bigint * 512 / 125), 15, '0') placing '7' from 13 for 0)
  || to_hex(sequence | (1::bigint << 63)))::uuid;

-- The events and deliveries that the outbox stands for.
create view {schema}.webhook_waiting as
select outbox.endpoint_id, outbox.first_sequence, {schema}.webhook_id(outbox.created_at, told.sequence) as id, told.sequence, outbox.type,
  outbox.event_id, message.registrant_id, message.id as about_id, outbox.created_at,
  jsonb_build_object('status', outbox.status, 'error', null, 'attempts', told.attempts, 'accepted_at', told.accepted_at) as data,
  (select erased_at from {schema}.registrant where registrant.id = message.registrant_id) as erased_at
from {schema}.webhook_outbox as outbox
cross join lateral unnest(outbox.message_ids, outbox.sequences, outbox.attempts, outbox.accepted_at)
  as told (message_id, sequence, attempts, accepted_at)
join {schema}.message on message.id = told.message_id;

-- What was not attempted was not sent. Of what may or may not have been sent the status beside the type says so.
create function {schema}.webhook_type(status text) returns text language sql immutable parallel safe
return 'message.' || case status when 'dropped' then 'not_sent' when 'unknown' then 'failed' else status end;

-- What says less than what was known (a delivery that is taken back) is no news.
create function {schema}.webhook_is_news(former text, former_rank integer, status text, status_rank integer) returns boolean
  language sql immutable parallel safe
return status <> former and status_rank >= former_rank and status in ('sent', 'delivered', 'opened', 'clicked', 'deferred', 'bounced',
  'complained', 'failed', 'not_sent', 'dropped', 'unknown');

-- A mail's status. Kept is what may change again; the rest is read from the message and its registrant when it is sent. Without nested loops
-- (0042) plans look so expensive that older Postgres would compile them each time.
create or replace function {schema}.webhook_messages() returns trigger language plpgsql set enable_nestloop = off set jit = off as $$
begin
  if not exists (
    select from {schema}.webhook_endpoint
    where switched_off_at is null and deleted_at is null and events && array['*', 'message.*', 'message.sent', 'message.delivered',
      'message.opened', 'message.clicked', 'message.deferred', 'message.bounced', 'message.complained', 'message.failed',
      'message.not_sent']
  ) then return null; end if;
  -- Most updates are on the way to that: claims, leases, retries.
  if not exists (select from after where status not in ('scheduled', 'queued', 'sending')) then return null; end if;

  insert into {schema}.webhook_outbox (endpoint_id, first_sequence, type, event_id, status, message_ids, sequences, attempts, accepted_at)
  select endpoint.id, first_sequence, type, event_id, status, message_ids, sequences, attempts, accepted_at
  from (
    select event_id, status, {schema}.webhook_type(status) as type, min(sequence) as first_sequence, array_agg(id) as message_ids,
      array_agg(sequence) as sequences, array_agg(attempts) as attempts, array_agg(accepted_at) as accepted_at
    from (
      select after.id, after.event_id, after.status, after.attempts, after.accepted_at,
        nextval('{schema}.webhook_event_sequence_seq') as sequence
      from after join before using (id)
      where {schema}.webhook_is_news(before.status, before.status_rank, after.status, after.status_rank)
        and after.registrant_id is not null and after.error is null
    ) as told
    group by event_id, status, sequence / 1000
  ) as told
  join {schema}.webhook_endpoint as endpoint on switched_off_at is null and deleted_at is null
    and events && array[type, 'message.*', '*'] and (event_ids is null or event_id = any(event_ids));

  if not exists (select from after where error is not null and status not in ('scheduled', 'queued', 'sending')) then return null; end if;
  with endpoint as materialized (
    select id, events, event_ids from {schema}.webhook_endpoint where switched_off_at is null and deleted_at is null
  ), made as (
    insert into {schema}.webhook_event (type, event_id, registrant_id, about_id, occurred_at, data)
    select {schema}.webhook_type(after.status), after.event_id, after.registrant_id, after.id, now(), jsonb_build_object(
      'status', after.status, 'error', after.error, 'attempts', after.attempts, 'accepted_at', after.accepted_at)
    from after join before using (id)
    where {schema}.webhook_is_news(before.status, before.status_rank, after.status, after.status_rank)
      and after.registrant_id is not null and after.error is not null and exists (
        select from endpoint
        where events && array[{schema}.webhook_type(after.status), 'message.*', '*']
          and (event_ids is null or after.event_id = any(event_ids)))
    order by after.id
    returning id, sequence, type, event_id, registrant_id
  )
  insert into {schema}.webhook_delivery (endpoint_id, id, sequence, subject_id, next_at)
  select endpoint.id, made.id, made.sequence, made.registrant_id, now()
  from made join endpoint
    on events && array[made.type, 'message.*', '*'] and (event_ids is null or made.event_id = any(event_ids));
  return null;
end $$;

alter function {schema}.webhook_registrants() set jit = off;
