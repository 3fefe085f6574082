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
  data jsonb not null,
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
-- Messages and registrants change by the thousand: their triggers take a statement's rows at once. Their plans are kept by each session from
-- its first statement, which may have a single row: a nested loop would be good for that one, and endless for thousands.

-- A mail's status. What says less than what was known (a delivery that is taken back) is no news. Kept is what may change again; the
-- rest is read from the message and its registrant when it is sent.
create function {schema}.webhook_messages() returns trigger language plpgsql set enable_nestloop = off as $$
begin
  if not exists (
    select from {schema}.webhook_endpoint
    where switched_off_at is null and deleted_at is null and events && array['*', 'message.*', 'message.sent', 'message.delivered',
      'message.opened', 'message.clicked', 'message.deferred', 'message.bounced', 'message.complained', 'message.failed',
      'message.not_sent']
  ) then return null; end if;
  -- Most updates are on the way to that: claims, leases, retries.
  if not exists (select from after where status not in ('scheduled', 'queued', 'sending')) then return null; end if;
  with endpoint as materialized (
    select id, events, event_ids from {schema}.webhook_endpoint where switched_off_at is null and deleted_at is null
  ), made as (
    insert into {schema}.webhook_event (type, event_id, registrant_id, about_id, occurred_at, data)
    select told.type, after.event_id, after.registrant_id, after.id, now(), jsonb_build_object(
      'status', after.status, 'error', after.error, 'attempts', after.attempts, 'accepted_at', after.accepted_at)
    from after join before using (id)
    -- What was not attempted was not sent. Of what may or may not have been sent the status beside the type says so.
    cross join lateral (select 'message.' || case after.status
      when 'dropped' then 'not_sent' when 'unknown' then 'failed' else after.status end as type) as told
    where after.status <> before.status and after.status_rank >= before.status_rank and after.registrant_id is not null
      and after.status in ('sent', 'delivered', 'opened', 'clicked', 'deferred', 'bounced', 'complained', 'failed', 'not_sent',
        'dropped', 'unknown')
      and exists (
        select from endpoint
        where events && array[told.type, 'message.*', '*'] and (event_ids is null or after.event_id = any(event_ids)))
    order by after.id
    returning id, sequence, type, event_id, registrant_id
  )
  insert into {schema}.webhook_delivery (endpoint_id, id, sequence, subject_id, next_at)
  select endpoint.id, made.id, made.sequence, made.registrant_id, now()
  from made join endpoint
    on events && array[made.type, 'message.*', '*'] and (event_ids is null or made.event_id = any(event_ids));
  return null;
end $$;

create trigger message_told after update on {schema}.message
  referencing old table as before new table as after for each statement execute function {schema}.webhook_messages();

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
    select 'registrant.created', event_id, id, id, now(), to_jsonb(added) - '{access_key,source,technical}'::text[]
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

-- What becomes of mails to them is told by the messages' own events.
create function {schema}.webhook_registrants() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  taken_back uuid[];
begin
  -- One that is off may have been told of somebody who joined, and not sent it yet.
  if not exists (
    select from {schema}.webhook_endpoint
    where deleted_at is null and events && array['*', 'registrant.*', 'registrant.updated', 'registrant.cancelled', 'registrant.joined',
      'registrant.erased']
  ) then return null; end if;

  -- Nobody came in after all: nobody is told.
  select array_agg(after.id) into taken_back from after join before using (id)
  where after.joined_at is null and before.joined_at is not null;
  if taken_back is not null then
    with untold as (
      delete from {schema}.webhook_delivery
      where endpoint_id = any(array(select id from {schema}.webhook_endpoint)) and state = 'pending' and tries = 0
        and id = any(array(
          select id from {schema}.webhook_event where registrant_id = any(taken_back) and type = 'registrant.joined'))
      returning id
    )
    delete from {schema}.webhook_event where id = any(array(select id from untold));
  end if;

  with endpoint as materialized (
    select id, events, event_ids from {schema}.webhook_endpoint where switched_off_at is null and deleted_at is null
  ), changed as materialized (
    select after.id, after.event_id, told.type, after.joined_at,
      case when told.type = 'registrant.erased' then jsonb_build_object('erased_at', after.erased_at)
        else to_jsonb(after) - '{access_key,source,technical}'::text[] end as data
    from after join before using (id)
    cross join lateral (select case
      when after.erased_at is not null then case when before.erased_at is null then 'registrant.erased' end
      when after.joined_at is distinct from before.joined_at then case when before.joined_at is null then 'registrant.joined' end
      when after.cancelled_at is not null and before.cancelled_at is null then 'registrant.cancelled'
      when (after.email, after.first_name, after.last_name, after.locale, after.time_zone, after.fields, after.consents, after.access_key,
        after.cancelled_at) is distinct from (before.email, before.first_name, before.last_name, before.locale, before.time_zone,
        before.fields, before.consents, before.access_key, before.cancelled_at) then 'registrant.updated'
    end as type) as told
    where told.type is not null and exists (
      select from endpoint
      where events && array[told.type, 'registrant.*', '*'] and (event_ids is null or after.event_id = any(event_ids)))
  ), told_before as (
    -- What one transaction does is told once, as it is in the end.
    update {schema}.webhook_event as told set data = (select data from changed where changed.id = told.registrant_id)
    where told.registrant_id = any(array(select id from changed where type = 'registrant.updated')) and told.created_at = now()
      and told.type in ('registrant.updated', 'registrant.created')
    returning told.registrant_id
  ), made as (
    insert into {schema}.webhook_event (type, event_id, registrant_id, about_id, occurred_at, data)
    select type, event_id, id, id, case when type = 'registrant.joined' then joined_at else now() end, data
    from changed where id not in (select registrant_id from told_before) order by id
    returning id, sequence, type, event_id, registrant_id, occurred_at
  )
  insert into {schema}.webhook_delivery (endpoint_id, id, sequence, subject_id, next_at)
  select endpoint.id, made.id, made.sequence, made.registrant_id,
    -- Until then it may turn out to have been a machine.
    case when made.type = 'registrant.joined' then greatest(now(), made.occurred_at + interval '60 seconds') else now() end
  from made join endpoint
    on events && array[made.type, 'registrant.*', '*'] and (event_ids is null or made.event_id = any(event_ids));
  return null;
end $$;

create trigger registrant_told_of_change after update on {schema}.registrant
  referencing old table as before new table as after for each statement execute function {schema}.webhook_registrants();

-- Events and exports change one by one.
create function {schema}.webhook_publish(type text, event uuid, about uuid, content jsonb) returns void language plpgsql as $$
begin
  with endpoint as materialized (
    select id from {schema}.webhook_endpoint
    where switched_off_at is null and deleted_at is null and events && array[type, split_part(type, '.', 1) || '.*', '*']
      and (event_ids is null or event = any(event_ids))
  ), made as (
    insert into {schema}.webhook_event (type, event_id, about_id, occurred_at, data)
    select webhook_publish.type, event, about, now(), content where exists (select from endpoint)
    returning id, sequence
  )
  insert into {schema}.webhook_delivery (endpoint_id, id, sequence, subject_id, next_at)
  select endpoint.id, made.id, made.sequence, event, now() from made cross join endpoint;
end $$;

create function {schema}.webhook_events() returns trigger language plpgsql as $$
declare
  kind text := case
    when tg_op = 'INSERT' then 'event.created'
    when new.cancelled_at is not null and old.cancelled_at is null then 'event.cancelled'
    when new.opened_at is distinct from old.opened_at and new.opened_at is not null then 'event.opened'
    when new.closed_at is distinct from old.closed_at and new.closed_at is not null then 'event.closed'
    when to_jsonb(new) - 'updated_at' <> to_jsonb(old) - 'updated_at' then 'event.updated' end;
begin
  if kind = 'event.updated' then
    update {schema}.webhook_event set data = to_jsonb(new)
    where event_id = new.id and registrant_id is null and created_at = now() and type in ('event.updated', 'event.created');
    if found then return null; end if;
  end if;
  if kind is not null then perform {schema}.webhook_publish(kind, new.id, new.id, to_jsonb(new)); end if;
  return null;
end $$;

create trigger event_told after insert or update on {schema}.event for each row execute function {schema}.webhook_events();

create function {schema}.webhook_exports() returns trigger language plpgsql as $$
begin
  -- It is read when it is sent.
  perform {schema}.webhook_publish('export.ready', new.event_id, new.id, '{}');
  return null;
end $$;

create trigger export_told after update of status on {schema}.export for each row
  when (new.status = 'made' and old.status is distinct from new.status) execute function {schema}.webhook_exports();
