-- Where the team wants to be told what happens. A few rows.
create table {schema}.webhook_endpoint (
  id uuid primary key default {schema}.uuidv7(),
  url text not null,
  -- Types, or all of a sort (`registrant.*`).
  events text[] not null,
  -- Null: of every event.
  event_ids uuid[],
  include_access_links boolean not null,
  -- Sealed. The former one signs as well for a day after a rotation. Null: deleted.
  secret text,
  former_secret text,
  former_secret_until timestamptz,
  created_at timestamptz not null,
  -- Nothing is published to it from then on.
  switched_off_at timestamptz,
  switched_off_why text check (switched_off_why in ('by_hand', 'gone', 'failing')),
  -- The cleaner deletes its deliveries, and then the row.
  deleted_at timestamptz,
  last_success_at timestamptz,
  -- Since the last success: when it failed first, and how often; nothing is sent until paused_until.
  failing_since timestamptz,
  failures integer not null default 0,
  last_failure text,
  paused_until timestamptz
);

-- What is told, once for all endpoints, under the id that receivers know it by. Written in the transaction that causes it, and only where
-- an endpoint wants it. Deleted by the cleaner with its deliveries.
create table {schema}.webhook_event (
  id uuid primary key default {schema}.uuidv7(),
  sequence bigint not null generated always as identity,
  type text not null,
  -- No foreign keys: the tables that they would lead to may be partitioned.
  event_id uuid,
  registrant_id uuid,
  about_id uuid,
  occurred_at timestamptz not null,
  -- What it was about, as it was then; never an access key. Erasing a registrant takes out what is personal.
  data json not null,
  -- When its registrant was erased, and it with them.
  erased_at timestamptz,
  created_at timestamptz not null default now()
);
create index webhook_event_registrant on {schema}.webhook_event (registrant_id) where registrant_id is not null;
create index webhook_event_event on {schema}.webhook_event (event_id, created_at) where registrant_id is null;

create table {schema}.webhook_delivery (
  endpoint_id uuid not null,
  -- Of the webhook_event.
  id uuid not null,
  sequence bigint not null,
  -- Whose events arrive in order: a registrant's, else an event's.
  subject_id uuid,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  -- Since it was published, or replayed.
  tries smallint not null default 0,
  next_at timestamptz not null,
  ended_at timestamptz,
  -- [{ "at", "ms", "status", "error", "answer" }], oldest first.
  attempts jsonb not null default '[]',
  primary key (endpoint_id, id)
);
create index webhook_delivery_due on {schema}.webhook_delivery (endpoint_id, next_at, sequence) where state = 'pending';
create index webhook_delivery_order on {schema}.webhook_delivery (endpoint_id, subject_id, sequence) where state = 'pending';
create index webhook_delivery_failed on {schema}.webhook_delivery (endpoint_id, id) where state = 'failed';

-- Triggers, so that no statement can forget to tell. Where no endpoint wants an event, one look at a table of a few rows is all that they do.

-- The endpoints that want an event of this type are asked for in the functions below, in the same words: a function of its own would cost
-- more than the question.

create function {schema}.webhook_publish(
  wanted uuid[], type text, event uuid, registrant uuid, about uuid, at timestamptz, due timestamptz, content json
) returns void language plpgsql as $$
declare
  made {schema}.webhook_event;
begin
  insert into {schema}.webhook_event (type, event_id, registrant_id, about_id, occurred_at, data)
  values (type, event, registrant, about, at, content) returning * into made;
  insert into {schema}.webhook_delivery (endpoint_id, id, sequence, subject_id, next_at)
  select endpoint, made.id, made.sequence, coalesce(registrant, event), due from unnest(wanted) as endpoint;
end $$;

-- A mail's status. One that was published says more than the one before: what is taken back (a delivery) is no news.
create function {schema}.webhook_message() returns trigger language plpgsql as $$
declare
  -- Not attempted is not sent; nobody knows whether it was sent is the end of a mail that may not have arrived. The status stands beside it.
  kind text := 'message.' || case new.status when 'dropped' then 'not_sent' when 'unknown' then 'failed' else new.status end;
  wanted uuid[];
  person json;
begin
  select array_agg(id) into wanted from {schema}.webhook_endpoint
  where switched_off_at is null and deleted_at is null and events && array[kind, 'message.*', '*']
    and (event_ids is null or new.event_id = any(event_ids));
  if wanted is null then return null; end if;
  select json_build_object('id', id, 'event_id', event_id, 'email', email, 'first_name', first_name, 'last_name', last_name)
    into person from {schema}.registrant where id = new.registrant_id;
  perform {schema}.webhook_publish(wanted, kind, new.event_id, new.registrant_id, new.id, now(), now(), json_build_object(
    'id', new.id, 'event_id', new.event_id, 'registrant_id', new.registrant_id, 'kind', new.kind, 'status', new.status,
    'to', coalesce(new.to_address, person ->> 'email'), 'subject', new.subject, 'priority', new.priority, 'due_at', new.due_at,
    'expires_at', new.expires_at, 'created_at', new.created_at, 'claimed_at', new.claimed_at, 'accepted_at', new.accepted_at,
    'attempts', new.attempts, 'error', new.error, 'transport', new.transport, 'provider_message_id', new.provider_message_id,
    'registrant', person));
  return null;
end $$;

create trigger message_told after update of status on {schema}.message for each row
  when (new.status is distinct from old.status and new.status_rank >= old.status_rank and new.registrant_id is not null
    and new.status in ('sent', 'delivered', 'opened', 'clicked', 'deferred', 'bounced', 'complained', 'failed', 'not_sent', 'dropped',
      'unknown'))
  execute function {schema}.webhook_message();

create function {schema}.webhook_new_registrants() returns trigger language plpgsql as $$
begin
  if not exists (
    select from {schema}.webhook_endpoint
    where switched_off_at is null and deleted_at is null and events && array['registrant.created', 'registrant.*', '*']
  ) then return null; end if;
  with endpoint as materialized (
    select id, event_ids from {schema}.webhook_endpoint
    where switched_off_at is null and deleted_at is null and events && array['registrant.created', 'registrant.*', '*']
  ), made as (
    insert into {schema}.webhook_event (type, event_id, registrant_id, about_id, occurred_at, data)
    select 'registrant.created', event_id, id, id, now(),
      (to_jsonb(added) - '{access_key,source,technical}'::text[])::json
    from added
    where erased_at is null and exists (select from endpoint where event_ids is null or added.event_id = any(event_ids))
    order by registered_at, id
    returning id, sequence, event_id, registrant_id
  )
  insert into {schema}.webhook_delivery (endpoint_id, id, sequence, subject_id, next_at)
  select endpoint.id, made.id, made.sequence, made.registrant_id, now()
  from made join endpoint on event_ids is null or made.event_id = any(event_ids);
  return null;
end $$;

create trigger registrant_told_of after insert on {schema}.registrant
  referencing new table as added for each statement execute function {schema}.webhook_new_registrants();

create function {schema}.webhook_registrant() returns trigger language plpgsql as $$
declare
  kind text := case
    when new.erased_at is not null and old.erased_at is null then 'registrant.erased'
    when new.erased_at is not null then null
    when new.joined_at is distinct from old.joined_at then case when old.joined_at is null then 'registrant.joined' end
    when new.cancelled_at is not null and old.cancelled_at is null then 'registrant.cancelled'
    else 'registrant.updated' end;
  -- Until then it may turn out to have been a machine.
  due timestamptz := case when kind = 'registrant.joined' then greatest(now(), new.joined_at + interval '60 seconds') else now() end;
  wanted uuid[];
  content json;
begin
  if new.joined_at is null and old.joined_at is not null then
    -- Nobody was told: it was not a person.
    with untold as (
      delete from {schema}.webhook_delivery
      using {schema}.webhook_event as told, {schema}.webhook_endpoint as endpoint
      where told.registrant_id = new.id and told.type = 'registrant.joined' and webhook_delivery.endpoint_id = endpoint.id
        and webhook_delivery.id = told.id and webhook_delivery.state = 'pending' and webhook_delivery.tries = 0
      returning webhook_delivery.id
    )
    delete from {schema}.webhook_event where id in (select id from untold);
  end if;
  if kind is null then return null; end if;
  select array_agg(id) into wanted from {schema}.webhook_endpoint
  where switched_off_at is null and deleted_at is null and events && array[kind, 'registrant.*', '*']
    and (event_ids is null or new.event_id = any(event_ids));
  if wanted is null then return null; end if;
  content := case when kind = 'registrant.erased' then json_build_object('erased_at', new.erased_at)
    else (to_jsonb(new) - '{access_key,source,technical}'::text[])::json end;
  if kind = 'registrant.updated' then
    -- What one transaction does is told once, as it is in the end.
    update {schema}.webhook_event set data = content
    where registrant_id = new.id and created_at = now() and type in ('registrant.updated', 'registrant.created');
    if found then return null; end if;
  end if;
  perform {schema}.webhook_publish(wanted, kind, new.event_id, new.id, new.id,
    case when kind = 'registrant.joined' then new.joined_at else now() end, due, content);
  return null;
end $$;

-- What becomes of mails is told by the messages' own events.
create trigger registrant_told_of_change
  after update of email, first_name, last_name, locale, time_zone, fields, consents, access_key, cancelled_at, joined_at, erased_at
  on {schema}.registrant for each row
  when ((old.email, old.first_name, old.last_name, old.locale, old.time_zone, old.fields, old.consents, old.access_key, old.cancelled_at,
      old.joined_at, old.erased_at)
    is distinct from (new.email, new.first_name, new.last_name, new.locale, new.time_zone, new.fields, new.consents, new.access_key,
      new.cancelled_at, new.joined_at, new.erased_at))
  execute function {schema}.webhook_registrant();

create function {schema}.webhook_event_changed() returns trigger language plpgsql as $$
declare
  kind text := case
    when tg_op = 'INSERT' then 'event.created'
    when new.cancelled_at is not null and old.cancelled_at is null then 'event.cancelled'
    when new.opened_at is distinct from old.opened_at and new.opened_at is not null then 'event.opened'
    when new.closed_at is distinct from old.closed_at and new.closed_at is not null then 'event.closed'
    else 'event.updated' end;
  wanted uuid[];
begin
  if kind = 'event.updated' and to_jsonb(new) - 'updated_at' = to_jsonb(old) - 'updated_at' then return null; end if;
  select array_agg(id) into wanted from {schema}.webhook_endpoint
  where switched_off_at is null and deleted_at is null and events && array[kind, 'event.*', '*']
    and (event_ids is null or new.id = any(event_ids));
  if wanted is null then return null; end if;
  if kind = 'event.updated' then
    update {schema}.webhook_event set data = to_json(new)
    where event_id = new.id and registrant_id is null and created_at = now() and type in ('event.updated', 'event.created');
    if found then return null; end if;
  end if;
  perform {schema}.webhook_publish(wanted, kind, new.id, null, new.id, now(), now(), to_json(new));
  return null;
end $$;

create trigger event_told after insert or update on {schema}.event for each row execute function {schema}.webhook_event_changed();

create function {schema}.webhook_export() returns trigger language plpgsql as $$
declare
  wanted uuid[];
begin
  select array_agg(id) into wanted from {schema}.webhook_endpoint
  where switched_off_at is null and deleted_at is null and events && array['export.ready', 'export.*', '*']
    and (event_ids is null or new.event_id = any(event_ids));
  if wanted is null then return null; end if;
  -- Who asked for it, and for whom, is read when it is sent.
  perform {schema}.webhook_publish(wanted, 'export.ready', new.event_id, null, new.id, now(), now(), '{}');
  return null;
end $$;

create trigger export_told after update of status on {schema}.export for each row
  when (new.status = 'made' and old.status is distinct from new.status) execute function {schema}.webhook_export();
