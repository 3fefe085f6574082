-- Every key, unique constraint and foreign key of the registrants' ledger begins with the event, so that its tables can be partitioned and
-- sharded by it: whatever is asked about an event touches that event's rows alone.

alter table {schema}.message drop constraint message_registrant_id_fkey;
alter table {schema}.audit_entry drop constraint audit_entry_registrant_id_fkey;
alter table {schema}.visit drop constraint visit_registrant_id_fkey;

alter table {schema}.registrant drop constraint registrant_pkey, add constraint registrant_pkey primary key (event_id, id);
-- For who names a registrant and no event.
create index registrant_id on {schema}.registrant (id);
alter table {schema}.audit_entry add constraint audit_entry_registrant_fkey
  foreign key (event_id, registrant_id) references {schema}.registrant (event_id, id);

alter table {schema}.message drop constraint message_pkey, add constraint message_pkey primary key (event_id, id);
drop index {schema}.message_event;
-- For who names a message and no event, and for lists over all events.
create index message_id on {schema}.message (id);
alter table {schema}.message drop constraint message_once,
  add constraint message_once unique (event_id, registrant_id, kind, dedupe_key),
  add constraint message_registrant_fkey foreign key (event_id, registrant_id) references {schema}.registrant (event_id, id);
drop index {schema}.message_announced, {schema}.message_resent, {schema}.message_scheduled;
create index message_announced on {schema}.message (event_id, dedupe_key) where kind = 'announcement';
create index message_resent on {schema}.message (event_id, dedupe_key) where kind = 'access_link';
create index message_scheduled on {schema}.message (event_id, dedupe_key, id) where status = 'scheduled';

alter table {schema}.delivery_event add constraint delivery_event_message_fkey
  foreign key (event_id, message_id) references {schema}.message (event_id, id);

alter table {schema}.registrant_search drop constraint registrant_search_pkey,
  add constraint registrant_search_pkey primary key (event_id, registrant_id);

alter table {schema}.registrant_facet add column event_id uuid;
update {schema}.registrant_facet set event_id = registrant.event_id from {schema}.registrant where registrant.id = registrant_id;
delete from {schema}.registrant_facet where event_id is null;
alter table {schema}.registrant_facet alter column event_id set not null, drop constraint registrant_facet_pkey,
  add constraint registrant_facet_pkey primary key (event_id, registrant_id);

alter table {schema}.visit drop constraint visit_pkey, add constraint visit_pkey primary key (event_id, id),
  add constraint visit_registrant_fkey
    foreign key (event_id, registrant_id) references {schema}.registrant (event_id, id) on delete cascade;
drop index {schema}.visit_client;
create unique index visit_client on {schema}.visit
  (event_id, registrant_id, client, while_open, (case when verdict = 'machine' then reason else '' end));

-- Kept for minutes: nobody misses it.
delete from {schema}.recent_visit;
alter table {schema}.recent_visit add column event_id uuid not null, drop constraint recent_visit_pkey,
  add constraint recent_visit_pkey primary key (client, event_id, registrant_id);

create or replace function {schema}.search_changed_registrant() returns trigger language plpgsql as $$
begin
  delete from {schema}.registrant_search where event_id = new.event_id and registrant_id = new.id;
  if new.email is not null then
    insert into {schema}.registrant_search select ({schema}.registrant_search_row(new)).*;
  end if;
  return null;
end $$;

create or replace function {schema}.facet_new_registrants() returns trigger language plpgsql as $$
begin
  insert into {schema}.registrant_facet (event_id, registrant_id, facets)
  select event_id, id, array(select facet from {schema}.facets_of(event_id, fields, source) as facet) from added
  where fields <> '{}' or source <> '{}';
  return null;
end $$;

create or replace function {schema}.facet_changed_registrant() returns trigger language plpgsql as $$
begin
  delete from {schema}.registrant_facet where event_id = new.event_id and registrant_id = new.id;
  insert into {schema}.registrant_facet (event_id, registrant_id, facets)
  select new.event_id, new.id, array(select facet from {schema}.facets_of(new.event_id, new.fields, new.source) as facet)
  where new.fields <> '{}' or new.source <> '{}';
  return null;
end $$;

-- As in 0048, 0044 and 0047, with the event in every condition.

create or replace function {schema}.send_message(
  of_event uuid, of_registrant uuid, kind text, dedupe_key text, at timestamptz, due_at timestamptz, trace jsonb default null
) returns uuid language plpgsql set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  event record;
  closes_at timestamptz;
  expires_at timestamptz;
  is_for_viewers boolean := send_message.kind in ('self_serve_link', 'new_key');
  made uuid;
begin
  select found.* into event from {schema}.event as found where found.id = of_event;
  closes_at := coalesce(event.closed_at, event.ends_at + event.grace_minutes * interval '1 minute');
  if event.id is null or event.cancelled_at is not null then return null; end if;
  if closes_at <= at and not (is_for_viewers and event.replay_url is not null) then return null; end if;
  expires_at := case send_message.kind
    when 'registration_link' then at + interval '60 minutes'
    when 'confirmation' then closes_at
    when 'access_link' then closes_at
    -- As long as the link leads to a replay, a day longer.
    else case when event.replay_url is null then closes_at else greatest(closes_at, at) + interval '24 hours' end end;
  insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, due_at, expires_at, created_at)
  values (of_event, of_registrant, send_message.kind, send_message.dedupe_key, 'urgent', send_message.due_at, expires_at, at)
  on conflict (event_id, registrant_id, kind, dedupe_key) do nothing returning message.id into made;
  if made is not null then
    perform {schema}.enqueue_messages('urgent', of_event, array[made], case when send_message.due_at > at then send_message.due_at end, trace);
  end if;
  return made;
end $$;

create or replace function {schema}.delete_unused_fields(of_event uuid) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  lost text[] := array(
    select field.name from {schema}.event_field as field where field.event_id = of_event and not exists (
      select from {schema}.registrant where registrant.event_id = of_event and registrant.id = field.registrant_id and registrant.erased_at is null
        and registrant.fields ? field.name));
begin
  if cardinality(lost) = 0 then return; end if;
  with holder as materialized (select * from {schema}.field_holders(of_event, lost)), kept as (
    update {schema}.event_field as field set registrant_id = holder.registrant_id
    from holder where field.event_id = of_event and field.name = holder.name
  )
  delete from {schema}.event_field as field
  where field.event_id = of_event and field.name = any(lost) and field.name not in (select holder.name from holder);
end $$;

-- The event of a registrant that is named without it.
create function {schema}.event_of_registrant(of_registrant uuid) returns uuid
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select registrant.event_id from {schema}.registrant where registrant.id = of_registrant /* every event: named_without_event */);
end $$;
revoke all on function {schema}.event_of_registrant from public;

create or replace function {schema}.lock_registrant(of_registrant uuid, of_event uuid) returns {schema}.registrant
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  locked {schema}.registrant;
  its_event uuid := coalesce(of_event, {schema}.event_of_registrant(of_registrant));
begin
  perform from {schema}.message where message.event_id = its_event and message.registrant_id = of_registrant
  order by message.id for no key update;
  select found.* into locked from {schema}.registrant as found
  where found.event_id = its_event and found.id = of_registrant and found.erased_at is null for update;
  return locked;
end $$;

drop function {schema}.is_new_key_untold(uuid);
create function {schema}.is_new_key_untold(of_registrant uuid, of_event uuid) returns boolean
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (
    select from {schema}.registrant where registrant.event_id = of_event and registrant.id = of_registrant and registrant.key_replaced_at is not null and not exists (
      select from {schema}.message
      where message.event_id = of_event and message.registrant_id = of_registrant and message.created_at >= registrant.key_replaced_at
        and message.kind in ('confirmation', 'reminder', 'access_link', 'self_serve_link', 'new_key', 'event_updated', 'nudge',
          'follow_up_attended', 'follow_up_missed', 'announcement')
        and message.status not in ('scheduled', 'queued', 'bounced', 'dropped', 'failed', 'not_sent')
    )
  );
end $$;
revoke all on function {schema}.is_new_key_untold from public;

create or replace function {schema}.resend_link(
  of_registrant uuid, of_event uuid, actor text, at timestamptz, due_at timestamptz, trace jsonb default null,
  out message_id uuid, out is_new boolean
) language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  registrant {schema}.registrant := {schema}.require_registrant(of_registrant, of_event);
  event record;
begin
  select found.* into event from {schema}.event as found where found.id = registrant.event_id;
  if event.cancelled_at is not null then
    perform {schema}.refuse('ML003', 'The event is cancelled, so no links are sent.', 'The link leads nowhere any more.', 'registrant');
  end if;
  if coalesce(event.closed_at, event.ends_at + event.grace_minutes * interval '1 minute') <= at then
    perform {schema}.refuse('ML004', 'The event has ended, so no links are sent.', 'The link lets nobody in any more.', 'registrant');
  end if;
  if registrant.cancelled_at is not null then
    perform {schema}.refuse('ML005', 'The registrant cancelled, so no link is sent: restore the registration first.',
      'restore_registration(registrant) registers them again.', 'registrant');
  end if;
  select message.id into message_id from {schema}.message
  where message.event_id = registrant.event_id and message.registrant_id = of_registrant and message.kind in ('access_link', 'new_key')
    and message.created_at > at - interval '60 seconds' and message.status <> 'not_sent'
    and (registrant.key_replaced_at is null or message.created_at >= registrant.key_replaced_at)
  order by message.created_at desc limit 1;
  is_new := message_id is null;
  if not is_new then return; end if;
  insert into {schema}.audit_entry (at, actor, action, event_id, registrant_id, detail)
  values (resend_link.at, resend_link.actor, 'link_resent', registrant.event_id, of_registrant, '{}');
  message_id := {schema}.send_message(registrant.event_id, of_registrant,
    case when {schema}.is_new_key_untold(of_registrant, registrant.event_id) then 'new_key' else 'access_link' end,
    'resend:' || gen_random_uuid(), at, resend_link.due_at, trace);
end $$;

create or replace function {schema}.cancel_registrant(
  of_registrant uuid, of_event uuid, actor text, at timestamptz, out registrant {schema}.registrant, out changed boolean
) language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  registrant := {schema}.require_registrant(of_registrant, of_event);
  changed := registrant.cancelled_at is null;
  if not changed then return; end if;
  update {schema}.registrant as found set cancelled_at = at
  where found.event_id = registrant.event_id and found.id = of_registrant returning found.* into registrant;
  with ended as (
    update {schema}.message set status = 'not_sent', error = 'The registrant cancelled.', reconcile_at = null
    where message.event_id = registrant.event_id and message.registrant_id = of_registrant and message.status in ('scheduled', 'queued')
      and message.kind not in ('self_serve_link', 'registration_link')
    returning message.id, message.error
  )
  insert into {schema}.delivery_event (event_id, message_id, type, occurred_at, detail)
  select registrant.event_id, ended.id, 'not_sent', at, jsonb_build_object('error', ended.error) from ended;
  insert into {schema}.audit_entry (at, actor, action, event_id, registrant_id, detail)
  values (cancel_registrant.at, cancel_registrant.actor, 'registrant_cancelled', registrant.event_id, of_registrant, '{}');
end $$;

create or replace function {schema}.restore_registrant(
  of_registrant uuid, of_event uuid, actor text, at timestamptz, send_confirmation boolean, trace jsonb default null,
  out registrant {schema}.registrant, out changed boolean
) language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  registrant := {schema}.require_registrant(of_registrant, of_event);
  changed := registrant.cancelled_at is not null;
  if not changed then return; end if;
  update {schema}.registrant as found set cancelled_at = null
  where found.event_id = registrant.event_id and found.id = of_registrant returning found.* into registrant;
  insert into {schema}.audit_entry (at, actor, action, event_id, registrant_id, detail)
  values (restore_registrant.at, restore_registrant.actor, 'registrant_restored', registrant.event_id, of_registrant, '{}');
  if send_confirmation then
    perform {schema}.send_message(registrant.event_id, of_registrant, 'confirmation', 'restored ' || gen_random_uuid(), at, at, trace);
  end if;
end $$;

create or replace view {schema}.webhook_waiting as
select outbox.endpoint_id, outbox.first_sequence, {schema}.webhook_id(outbox.created_at, told.sequence) as id, told.sequence, outbox.type,
  outbox.event_id, message.registrant_id, message.id as about_id, outbox.created_at,
  jsonb_build_object('status', outbox.status, 'error', null, 'attempts', told.attempts, 'accepted_at', told.accepted_at) as data,
  (select erased_at from {schema}.registrant where registrant.event_id = outbox.event_id and registrant.id = message.registrant_id)
    as erased_at
from {schema}.webhook_outbox as outbox
cross join lateral unnest(outbox.message_ids, outbox.sequences, outbox.attempts, outbox.accepted_at)
  as told (message_id, sequence, attempts, accepted_at)
join {schema}.message on message.event_id = outbox.event_id and message.id = told.message_id;

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
      from after join before using (event_id, id)
      where {schema}.webhook_is_news(before.status, before.status_rank, after.status, after.status_rank)
        and after.error is null
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
    from after join before using (event_id, id)
    where {schema}.webhook_is_news(before.status, before.status_rank, after.status, after.status_rank)
      and after.error is not null and exists (
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

create or replace function {schema}.webhook_registrants() returns trigger language plpgsql set enable_nestloop = off set jit = off as $$
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
  select array_agg(after.id) into taken_back from after join before using (event_id, id)
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
    from after join before using (event_id, id)
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
