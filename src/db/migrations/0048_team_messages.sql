-- Mails to the team, and what is told about them, lie in tables of their own: those of the registrants belong to an event each, so that they can
-- be partitioned and sharded by it. What is told about a message that is not known waits in a third place.

create table {schema}.team_message (
  id uuid primary key default {schema}.uuidv7(),
  -- The event that it is about, if any.
  event_id uuid references {schema}.event (id),
  kind text not null,
  dedupe_key text not null,
  priority text not null check (priority in ('urgent', 'bulk')),
  status text not null default 'queued',
  to_address text,
  template_hash text references {schema}.compiled_template (hash),
  variables jsonb,
  subject text,
  due_at timestamptz not null default now(),
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  claimed_at timestamptz,
  claimed_by uuid,
  accepted_at timestamptz,
  attempts integer not null default 0,
  error text,
  transport text,
  provider_message_id text,
  uncertain_attempts integer not null default 0,
  status_rank smallint not null default 0,
  status_at timestamptz,
  batch_id uuid,
  reconcile_at timestamptz,
  about jsonb,
  lease_until timestamptz,
  sender jsonb,
  constraint team_message_once unique (kind, dedupe_key)
);

insert into {schema}.team_message (id, event_id, kind, dedupe_key, priority, status, to_address, template_hash, variables, subject, due_at,
  expires_at, created_at, claimed_at, claimed_by, accepted_at, attempts, error, transport, provider_message_id, uncertain_attempts,
  status_rank, status_at, batch_id, reconcile_at, about, lease_until, sender)
select id, event_id, kind, dedupe_key, priority, status, to_address, template_hash, variables, subject, due_at, expires_at, created_at,
  claimed_at, claimed_by, accepted_at, attempts, error, transport, provider_message_id, uncertain_attempts, status_rank, status_at, batch_id,
  reconcile_at, about, lease_until, sender
from {schema}.message where registrant_id is null;

create index team_message_pending on {schema}.team_message (priority, due_at) where status in ('scheduled', 'queued', 'sending');
create index team_message_provider on {schema}.team_message (provider_message_id) where provider_message_id is not null;
create index team_message_reconcile on {schema}.team_message (reconcile_at) where reconcile_at is not null;

-- What was told about these.
create table {schema}.team_delivery_event (
  id uuid primary key default {schema}.uuidv7(),
  message_id uuid not null references {schema}.team_message (id),
  type text not null,
  occurred_at timestamptz not null,
  detail jsonb not null default '{}',
  source text,
  source_id text,
  received_at timestamptz not null default now(),
  applied boolean not null default true
);
insert into {schema}.team_delivery_event (id, message_id, type, occurred_at, detail, source, source_id, received_at, applied)
select told.id, message_id, type, occurred_at, detail, source, source_id, received_at, applied
from {schema}.delivery_event as told join {schema}.team_message on team_message.id = message_id;
create index team_delivery_event_message on {schema}.team_delivery_event (message_id, occurred_at);
create unique index team_delivery_event_source on {schema}.team_delivery_event (source, source_id) where source_id is not null;
create index team_delivery_event_open on {schema}.team_delivery_event (received_at) where not applied;

-- What was told, and is about no message that is known: until its message is, or it is too old and deleted.
create table {schema}.unmatched_event (
  id uuid primary key default {schema}.uuidv7(),
  type text not null,
  occurred_at timestamptz not null,
  detail jsonb not null,
  source text not null,
  source_id text not null,
  provider_message_id text,
  received_at timestamptz not null,
  -- False: it changes nothing, or was given up.
  is_waiting boolean not null,
  unique (source, source_id)
);
insert into {schema}.unmatched_event (id, type, occurred_at, detail, source, source_id, provider_message_id, received_at, is_waiting)
select id, type, occurred_at, detail, source, source_id, provider_message_id, received_at, not applied
from {schema}.delivery_event where message_id is null and source is not null and source_id is not null;
create index unmatched_event_provider on {schema}.unmatched_event (provider_message_id) where is_waiting;
create index unmatched_event_received on {schema}.unmatched_event (is_waiting, received_at);

-- The calls that mails to the team were handed over in.
create table {schema}.team_batch (
  id uuid primary key,
  message_ids uuid[] not null,
  handed_over_at timestamptz not null
);
create index team_batch_handed_over on {schema}.team_batch (handed_over_at);
insert into {schema}.team_batch (id, message_ids, handed_over_at)
select id, message_ids, handed_over_at from {schema}.batch
where exists (select from {schema}.team_message where team_message.id = any(batch.message_ids));

-- A call may hold mails of several events: each has a row of it, with all of its messages.
alter table {schema}.batch rename to former_batch;
alter table {schema}.former_batch rename constraint batch_pkey to former_batch_pkey;
create table {schema}.batch (
  event_id uuid not null,
  id uuid not null,
  -- In the order of the call, the event of each message and its id.
  event_ids uuid[] not null,
  message_ids uuid[] not null,
  handed_over_at timestamptz not null,
  primary key (event_id, id)
);
insert into {schema}.batch (event_id, id, event_ids, message_ids, handed_over_at)
select part.event_id, former.id, whole.event_ids, whole.message_ids, former.handed_over_at
from {schema}.former_batch as former
cross join lateral (
  select array_agg(message.event_id order by place) as event_ids, array_agg(message.id order by place) as message_ids
  from unnest(former.message_ids) with ordinality as named (id, place)
  join {schema}.message on message.id = named.id and message.registrant_id is not null
) as whole
cross join lateral (select distinct unnest(whole.event_ids) as event_id) as part;
drop table {schema}.former_batch;
create index batch_handed_over on {schema}.batch (handed_over_at);

-- No foreign keys: the tables that they would lead to are two, and may be partitioned.
alter table {schema}.suppression drop constraint suppression_message_id_fkey, add column message_event_id uuid;
update {schema}.suppression set message_event_id = message.event_id
from {schema}.message where message.id = suppression.message_id and message.registrant_id is not null;
alter table {schema}.export drop constraint export_message_id_fkey;
alter table {schema}.export add foreign key (message_id) references {schema}.team_message (id);

-- One statement reads and writes every delivery event: their table is made anew, with the event of each, in half the time of changing its rows.
alter table {schema}.delivery_event rename to former_delivery_event;
alter table {schema}.former_delivery_event rename constraint delivery_event_pkey to former_delivery_event_pkey;
create table {schema}.delivery_event (
  event_id uuid not null,
  id uuid not null default {schema}.uuidv7(),
  message_id uuid not null,
  type text not null,
  occurred_at timestamptz not null,
  detail jsonb not null default '{}',
  source text,
  source_id text,
  received_at timestamptz not null default now(),
  applied boolean not null default true
);
insert into {schema}.delivery_event (event_id, id, message_id, type, occurred_at, detail, source, source_id, received_at, applied)
select message.event_id, told.id, told.message_id, told.type, told.occurred_at, told.detail, told.source, told.source_id, told.received_at,
  told.applied
from {schema}.former_delivery_event as told
join {schema}.message on message.id = told.message_id and message.registrant_id is not null;
drop table {schema}.former_delivery_event;
alter table {schema}.delivery_event add constraint delivery_event_pkey primary key (event_id, id);
create index delivery_event_of_message on {schema}.delivery_event (event_id, message_id, occurred_at);
create unique index delivery_event_told_once on {schema}.delivery_event (event_id, source, source_id) where source_id is not null;
create index delivery_event_open on {schema}.delivery_event (received_at) where not applied;

delete from {schema}.message where registrant_id is null;
drop index {schema}.message_once_for_team;
alter table {schema}.message alter column event_id set not null, alter column registrant_id set not null;

-- Jobs say in which ledger their messages are: that of an event, or, without one, that of the team.
drop function {schema}.enqueue_messages(text, uuid[], timestamptz, jsonb);
create function {schema}.enqueue_messages(
  priority text, of_event uuid, message_ids uuid[], start_after timestamptz default null, trace jsonb default null
) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  for place in 1 .. cardinality(message_ids) by 100 loop
    perform {schema}.enqueue_job('deliver-' || priority,
      jsonb_build_object('eventId', of_event, 'messageIds', to_jsonb(message_ids[place:place + 99])), start_after, trace);
  end loop;
end $$;
revoke all on function {schema}.enqueue_messages from public;

-- As in 0044.
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
  on conflict (registrant_id, kind, dedupe_key) do nothing returning message.id into made;
  if made is not null then
    perform {schema}.enqueue_messages('urgent', of_event, array[made], case when send_message.due_at > at then send_message.due_at end, trace);
  end if;
  return made;
end $$;

create or replace function {schema}.cancel_registrant(
  of_registrant uuid, of_event uuid, actor text, at timestamptz, out registrant {schema}.registrant, out changed boolean
) language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  registrant := {schema}.require_registrant(of_registrant, of_event);
  changed := registrant.cancelled_at is null;
  if not changed then return; end if;
  update {schema}.registrant as found set cancelled_at = at where found.id = of_registrant returning found.* into registrant;
  with ended as (
    update {schema}.message set status = 'not_sent', error = 'The registrant cancelled.', reconcile_at = null
    where message.registrant_id = of_registrant and message.status in ('scheduled', 'queued')
      and message.kind not in ('self_serve_link', 'registration_link')
    returning message.id, message.error
  )
  insert into {schema}.delivery_event (event_id, message_id, type, occurred_at, detail)
  select registrant.event_id, ended.id, 'not_sent', at, jsonb_build_object('error', ended.error) from ended;
  insert into {schema}.audit_entry (at, actor, action, event_id, registrant_id, detail)
  values (cancel_registrant.at, cancel_registrant.actor, 'registrant_cancelled', registrant.event_id, of_registrant, '{}');
end $$;
