-- What is done inside the transaction of another program, and by our own actions: rows, messages and jobs are written here and nowhere else.
--
-- The functions for other programs (register, resend_access_link, cancel_registration, restore_registration, event_id) are called by any role
-- that has the right to, and work with the rights of the owner. So nothing of the caller's may decide what they do: they find without a schema
-- only what is Postgres's own (search_path), and read texts by the standard (standard_conforming_strings). All others are for the owner alone.
-- They are in plpgsql, as pg-boss's tables are made later.

-- Fails with a code of ours. `path`: which part of the input is wrong. `errors`: all that is, [{ "path", "message" }].
create function {schema}.refuse(code text, message text, hint text, path text default '', errors jsonb default null) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception using errcode = refuse.code, message = refuse.message, hint = refuse.hint, column = refuse.path,
    detail = coalesce(refuse.errors, jsonb_build_array(jsonb_build_object('path', refuse.path, 'message', refuse.message)))::text;
end $$;

-- Adds a job as pg-boss's own insert does, with the options of its queue, and wakes the workers at the commit. A test compares the two.
create function {schema}.enqueue_job(queue_name text, payload jsonb, start_after timestamptz default null, trace jsonb default null)
  returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  moment timestamptz := {jobs}.job_now();
  starts timestamptz := coalesce(enqueue_job.start_after, moment);
  queue record;
begin
  select * into queue from {jobs}.queue as found where found.name = queue_name;
  if queue.name is null then raise exception 'The queue % is not there: run "npm run migrate".', queue_name; end if;
  insert into {jobs}.job (name, data, start_after, created_on, keep_until, expire_seconds, deletion_seconds, retry_limit, retry_delay,
    retry_backoff, retry_delay_max, policy, dead_letter, heartbeat_seconds, trace_context)
  values (queue.name, payload, starts, moment, starts + queue.retention_seconds * interval '1 second', queue.expire_seconds,
    queue.deletion_seconds, queue.retry_limit, queue.retry_delay, queue.retry_backoff, queue.retry_delay_max, queue.policy,
    queue.dead_letter, queue.heartbeat_seconds, trace);
  if queue.notify and starts <= moment then
    perform pg_notify('pgboss_' || left(encode(sha224(convert_to(btrim('{jobs}', '"'), 'UTF8')), 'hex'), 24), queue.name);
  end if;
end $$;

-- Adds delivery jobs for these messages of one priority, up to a hundred in each.
create function {schema}.enqueue_messages(priority text, message_ids uuid[], start_after timestamptz default null, trace jsonb default null)
  returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  for place in 1 .. cardinality(message_ids) by 100 loop
    perform {schema}.enqueue_job('deliver-' || priority, jsonb_build_object('messageIds', to_jsonb(message_ids[place:place + 99])),
      start_after, trace);
  end loop;
end $$;

-- 22 hex characters (88 random bits), or 4 digits. The digits of a random id come from the source of Postgres's keys; those places are left
-- out that say its version and variant. Of 48 bits the numbers behind the last whole ten thousand are left out: every key is as likely.
create function {schema}.new_access_key(style text) returns text
  language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  digits text;
  number bigint;
begin
  loop
    digits := replace(gen_random_uuid()::text, '-', '');
    if style <> 'digits' then return left(digits, 12) || right(digits, 10); end if;
    number := ('x' || left(digits, 12))::bit(48)::bigint;
    if number < 281474976710000 then return lpad((number % 10000)::text, 4, '0'); end if;
  end loop;
end $$;

-- Puts one mail that somebody waits for on its way: its row and its job. Returns the message's id; null: the event has ended or was cancelled,
-- or the dedupe key is on its way already. What it knows of kinds is that of src/domain/kinds.ts; a test holds the two together.
create function {schema}.send_message(
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
    perform {schema}.enqueue_messages('urgent', array[made], case when send_message.due_at > at then send_message.due_at end, trace);
  end if;
  return made;
end $$;

-- For each of the names that registrants of the event have, one who has it. What is rare is found by reading all registrants of the event,
-- once for all such names; what is common by reading few of them.
create function {schema}.field_holders(of_event uuid, names text[]) returns table (name text, registrant_id uuid)
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  missing text[] := names;
  holders jsonb := '{}';
  more jsonb;
begin
  while cardinality(missing) > 0 loop
    -- Of so many that have some of the names each name gets one, before the others are looked for. The last of those found: people are
    -- often removed in the order in which they came. Beyond some dozens of names it takes longer to look for each of them than for each
    -- that a registrant has.
    select jsonb_object_agg(one.field, one.id) into more from (
      select distinct on (looked_at.field) looked_at.field, looked_at.id from (
        select registrant.id, field from {schema}.registrant, jsonb_object_keys(registrant.fields) as field
        where registrant.event_id = of_event and registrant.erased_at is null and field = any(missing)
          and (cardinality(missing) > 50 or registrant.fields ?| missing)
        limit 1000
      ) as looked_at order by looked_at.field, looked_at.id desc
    ) as one;
    exit when more is null;
    holders := holders || more;
    missing := array(select field from unnest(missing) as field where not holders ? field);
  end loop;
  return query select key, value::uuid from jsonb_each_text(holders);
end $$;

-- Gives each name whose witness has it no more another one, and deletes those that nobody has. Reads all registrants of the event where there
-- is a name that few or none have.
create function {schema}.delete_unused_fields(of_event uuid) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  lost text[] := array(
    select field.name from {schema}.event_field as field where field.event_id = of_event and not exists (
      select from {schema}.registrant where registrant.id = field.registrant_id and registrant.erased_at is null
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

-- Notes that registrants of the event have fields: the name, and beside it somebody who has it. Refuses where there would be more than fifty.
-- What the form asks for has its place, used or not: nobody is refused for it.
create function {schema}.add_event_fields(of_event uuid, names text[], witnesses uuid[]) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  asked text[];
  added text[];
begin
  -- Most often all of them are known, and nothing is locked.
  if not exists (select from unnest(names) as one (name)
    where not exists (select from {schema}.event_field as field where field.event_id = of_event and field.name = one.name)) then return; end if;
  -- One at a time brings new names to an event: two at once would count without each other.
  select array(select field->>'name' from jsonb_array_elements(event.form_fields) as field) into asked
  from {schema}.event where event.id = of_event for no key update;
  added := array(select one.name from unnest(names) as one (name)
    where not exists (select from {schema}.event_field as field where field.event_id = of_event and field.name = one.name) order by one.name);
  if not added <@ asked then
    for attempt in 1 .. 2 loop
      exit when 50 >= (select count(*) from (
        select field.name from {schema}.event_field as field where field.event_id = of_event
        union select unnest(asked) union select unnest(added)) as every);
      if attempt = 1 then perform {schema}.delete_unused_fields(of_event);
      else perform {schema}.refuse('ML006',
        'The registrants of an event have at most 50 fields of their own: leave out those that are new.', 'DETAIL lists them.',
        'fields', (select jsonb_agg(jsonb_build_object('path', 'fields.' || name, 'message', 'would be one field too many') order by place)
          from unnest(added) with ordinality as one (name, place)));
      end if;
    end loop;
  end if;
  insert into {schema}.event_field (event_id, name, registrant_id)
  select of_event, one.name, one.witness from unnest(names, witnesses) as one (name, witness) where one.name = any(added)
  on conflict do nothing;
end $$;

-- The new registrant, or null when the address is already registered for the event.
create function {schema}.insert_registrant(
  of_event uuid, email text, first_name text, last_name text, locale text, time_zone text, fields jsonb, consents jsonb, source jsonb,
  technical jsonb, access_key text, registered_at timestamptz, new_id uuid default null
) returns {schema}.registrant language plpgsql set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  made {schema}.registrant;
  names text[] := array(select jsonb_object_keys(insert_registrant.fields));
begin
  insert into {schema}.registrant (event_id, email, first_name, last_name, locale, time_zone, fields, consents, source, technical, access_key,
    registered_at, id)
  values (of_event, insert_registrant.email, insert_registrant.first_name, insert_registrant.last_name, insert_registrant.locale,
    insert_registrant.time_zone, insert_registrant.fields, nullif(insert_registrant.consents, '[]'), insert_registrant.source,
    insert_registrant.technical, insert_registrant.access_key, insert_registrant.registered_at, coalesce(new_id, {schema}.uuidv7()))
  on conflict (event_id, {schema}.address_hash(email)) do nothing
  returning registrant.* into made;
  if made.id is null then return null; end if;
  if cardinality(names) > 0 then
    perform {schema}.add_event_fields(of_event, names, array_fill(made.id, array[cardinality(names)]));
  end if;
  -- They were tried at another key.
  delete from {schema}.wrong_key where wrong_key.event_id = of_event and wrong_key.address_hash = {schema}.address_hash(made.email);
  return made;
end $$;

-- The first language of the tags (BCP 47) that texts are written in; a test compares it with src/domain/locale.ts.
create function {schema}.language_for(variadic tags text[]) returns text
  language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  tag text;
begin
  foreach tag in array tags loop
    tag := lower(split_part(tag, '-', 1) collate "C");
    if tag in ('en', 'fr', 'de', 'es', 'pt', 'ja', 'ar') then return tag; end if;
  end loop;
  return 'en';
end $$;

-- The consents that answers to the event's form give, in the words that it has for them now (src/domain/consent.ts).
create function {schema}.consents_as_worded(form_fields jsonb, event_locale text, answers jsonb, locale text, at timestamptz) returns jsonb
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'name', field->>'name',
      'text', case when jsonb_typeof(field->'label') = 'string' then field->>'label' else coalesce(
        field->'label'->>{schema}.language_for(locale, event_locale), field->'label'->>{schema}.language_for(event_locale),
        (select value from jsonb_each_text(field->'label') limit 1)) end,
      'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'withdrawnAt', null) order by place), '[]')
    from jsonb_array_elements(form_fields) with ordinality as form (field, place)
    where field->>'type' = 'consent' and answers->>(field->>'name') = 'yes'
  );
end $$;

-- Registers a person whose data was checked, and puts the confirmation on its way. Someone registered already is returned as they are, and
-- gets no second mail. `consents` null: those that `fields` give; `access_key` null: a new one.
create function {schema}.add_registrant(
  of_event uuid, email text, first_name text, last_name text, locale text, time_zone text, fields jsonb, consents jsonb, source jsonb,
  technical jsonb, access_key text, registered_at timestamptz, new_id uuid, at timestamptz, send_confirmation boolean, trace jsonb default null,
  out registrant {schema}.registrant, out created boolean
) language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  event record;
begin
  select found.* into event from {schema}.event as found where found.id = of_event;
  if event.id is null then
    perform {schema}.refuse('ML002', 'No event has this id.', 'event_id(slug) gives the id of an event.', 'event');
  end if;
  if event.cancelled_at is not null then
    perform {schema}.refuse('ML003', 'The event is cancelled, so registration is closed.', 'Nobody can be registered for it any more.', 'event');
  end if;
  registrant := {schema}.insert_registrant(
    of_event, add_registrant.email, add_registrant.first_name, add_registrant.last_name, add_registrant.locale, add_registrant.time_zone,
    add_registrant.fields,
    coalesce(add_registrant.consents, {schema}.consents_as_worded(event.form_fields, event.locale, add_registrant.fields,
      add_registrant.locale, add_registrant.registered_at)),
    add_registrant.source, add_registrant.technical, coalesce(add_registrant.access_key, {schema}.new_access_key(event.key_style)),
    add_registrant.registered_at, new_id);
  created := registrant.id is not null;
  if created then
    if send_confirmation then
      perform {schema}.send_message(of_event, registrant.id, 'confirmation', 'registration', at, at, trace);
    end if;
    return;
  end if;
  select found.* into registrant from {schema}.registrant as found
  where found.event_id = of_event and {schema}.address_hash(found.email) = {schema}.address_hash(add_registrant.email);
  -- Registered a moment ago and erased in between.
  if registrant.id is null then
    perform {schema}.refuse('ML007', 'The registration changed at the same time: try again.', 'Run the transaction again.');
  end if;
end $$;

-- The registrant, locked against other changes until the transaction ends. Its messages are locked before it: a worker that records what became
-- of a mail locks the message first and the registrant second, and two that lock in different orders wait for each other. `of_event` null: of
-- whatever event. Null where they are not there.
create function {schema}.lock_registrant(of_registrant uuid, of_event uuid) returns {schema}.registrant
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  locked {schema}.registrant;
begin
  perform from {schema}.message where message.registrant_id = of_registrant order by message.id for no key update;
  select found.* into locked from {schema}.registrant as found
  where found.id = of_registrant and (of_event is null or found.event_id = of_event) and found.erased_at is null for update;
  return locked;
end $$;

-- The same; refuses where they are not there.
create function {schema}.require_registrant(of_registrant uuid, of_event uuid) returns {schema}.registrant
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  locked {schema}.registrant := {schema}.lock_registrant(of_registrant, of_event);
begin
  if locked.id is null then
    perform {schema}.refuse('ML002',
      case when of_event is null then 'No registrant has this id.' else 'No registrant of this event has this id.' end,
      'Whoever was erased has none any more.', 'registrant');
  end if;
  return locked;
end $$;

-- Whether the registrant's key was replaced and no mail that was made since may have brought them the new link. The kinds that bring it, and the
-- statuses that say that it did not arrive, are those of src/domain; a test holds them together.
create function {schema}.is_new_key_untold(of_registrant uuid) returns boolean
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (
    select from {schema}.registrant where registrant.id = of_registrant and registrant.key_replaced_at is not null and not exists (
      select from {schema}.message
      where message.registrant_id = of_registrant and message.created_at >= registrant.key_replaced_at
        and message.kind in ('confirmation', 'reminder', 'access_link', 'self_serve_link', 'new_key', 'event_updated', 'nudge',
          'follow_up_attended', 'follow_up_missed', 'announcement')
        and message.status not in ('scheduled', 'queued', 'bounced', 'dropped', 'failed', 'not_sent')
    )
  );
end $$;

-- Sends the access link again, at `due_at`. Within a minute it is the same message.
create function {schema}.resend_link(
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
  where message.registrant_id = of_registrant and message.kind in ('access_link', 'new_key')
    and message.created_at > at - interval '60 seconds' and message.status <> 'not_sent'
    and (registrant.key_replaced_at is null or message.created_at >= registrant.key_replaced_at)
  order by message.created_at desc limit 1;
  is_new := message_id is null;
  if not is_new then return; end if;
  insert into {schema}.audit_entry (at, actor, action, event_id, registrant_id, detail)
  values (resend_link.at, resend_link.actor, 'link_resent', registrant.event_id, of_registrant, '{}');
  message_id := {schema}.send_message(registrant.event_id, of_registrant,
    case when {schema}.is_new_key_untold(of_registrant) then 'new_key' else 'access_link' end,
    'resend:' || gen_random_uuid(), at, resend_link.due_at, trace);
end $$;

-- The registrant does not come: what was on its way to them is not sent, but for what they asked for. A second time changes nothing. A mail that
-- may not go for another reason as well is ended by the worker that takes it.
create function {schema}.cancel_registrant(
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
  insert into {schema}.delivery_event (message_id, type, occurred_at, detail)
  select ended.id, 'not_sent', at, jsonb_build_object('error', ended.error) from ended;
  insert into {schema}.audit_entry (at, actor, action, event_id, registrant_id, detail)
  values (cancel_registrant.at, cancel_registrant.actor, 'registrant_cancelled', registrant.event_id, of_registrant, '{}');
end $$;

-- The registrant comes after all, and is sent the confirmation again where it still helps. Somebody who did not cancel stays as they are.
create function {schema}.restore_registrant(
  of_registrant uuid, of_event uuid, actor text, at timestamptz, send_confirmation boolean, trace jsonb default null,
  out registrant {schema}.registrant, out changed boolean
) language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  registrant := {schema}.require_registrant(of_registrant, of_event);
  changed := registrant.cancelled_at is not null;
  if not changed then return; end if;
  update {schema}.registrant as found set cancelled_at = null where found.id = of_registrant returning found.* into registrant;
  insert into {schema}.audit_entry (at, actor, action, event_id, registrant_id, detail)
  values (restore_registrant.at, restore_registrant.actor, 'registrant_restored', registrant.event_id, of_registrant, '{}');
  if send_confirmation then
    perform {schema}.send_message(registrant.event_id, of_registrant, 'confirmation', 'restored ' || gen_random_uuid(), at, at, trace);
  end if;
end $$;

-- Reading what programs hand in, as src/domain does it for the API: the same checks, and the same form of what is kept. Of addresses only those
-- are taken that need no cleaning but for spaces around them.

create function {schema}.trimmed(value text) returns text
  language plpgsql immutable set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  return regexp_replace(value, '^[\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+|[\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+$', '', 'g');
end $$;

-- As `personText` of src/domain/text.ts: marks that nobody sees are taken out, control characters are refused (`lines`: but for tabs and line
-- breaks).
create function {schema}.kept_text(value text, most int, lines boolean, out kept text, out problem text)
  language plpgsql immutable set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  kept := '';
  if length(value) > 100000 then
    problem := format('must have at most %s characters', most);
    return;
  end if;
  -- Nothing to be done, as for most texts.
  if value ~ '^[!-~]([ -~]*[!-~])?$' and length(value) <= most then
    kept := value;
    return;
  end if;
  kept := {schema}.trimmed(translate(
    regexp_replace(value, '[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]', '', 'g'), U&'\0085\2028\2029', '   '));
  if length(kept) > most then
    problem := format('must have at most %s characters', most);
  elsif kept ~ (case when lines then '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]' else '[\u0001-\u001f\u007f-\u009f]' end) then
    problem := 'must not contain control characters';
  end if;
end $$;

-- The address as we keep it (src/domain/address.ts), its domain in lower case; null where it is none. Letters beyond ASCII need rules that
-- Postgres does not have: a domain is written in its ASCII form.
create function {schema}.kept_address(address text) returns text
  language plpgsql immutable set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare
  given text := case when length(address) <= 1000 then {schema}.trimmed(address) end;
  local_part text := substring(given from '^(.*)@[^@]*$');
  domain text := lower(substring(given from '@([^@]*)$') collate "C");
begin
  return case when length(local_part) + length(domain) < 254 and length(local_part) <= 64
    and local_part ~ '^[A-Za-z0-9.!#$%&*+/=?^_|~-][A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]*$' and local_part !~ '^[.]+$'
    and domain ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?([.][a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$'
    -- A number at the end makes it the address of a machine.
    and domain !~ '[.]([0-9]+|0x[0-9a-f]*)$'
    then local_part || '@' || domain end;
end $$;

-- As options and ticks are compared.
create function {schema}.folded(value text) returns text
  language plpgsql immutable set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  return {schema}.trimmed(regexp_replace(regexp_replace(lower(normalize(value, nfkc)),
    '[\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]*[-\u058a\u05be\u1400\u1806\u2010-\u2015\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\U00010d6e\U00010ead][\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]*', '-', 'g'),
    '[\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+', ' ', 'g'));
end $$;

-- One answer to a field of the form, as it is kept; '' where it is none.
create function {schema}.kept_answer(field jsonb, given text, out kept text, out problem text)
  language plpgsql immutable set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare
  answer text := {schema}.trimmed(given);
  meant text[];
begin
  kept := '';
  if field->>'type' in ('checkbox', 'consent') then
    if {schema}.folded(answer) in ('yes', 'y', 'true', 'on', '1', 'x', 'checked', 'ticked', '✓', '✔', '☑', 'ja', 'wahr', 'oui', 'vrai', 'sí',
      'si', 'verdadero', 'sim', 'verdadeiro', 'はい', 'نعم') then kept := 'yes';
    elsif {schema}.folded(answer) not in ('no', 'n', 'false', 'off', '0', '', '-', 'unchecked', '✗', '☐', 'nein', 'falsch', 'non', 'faux',
      'falso', 'não', 'いいえ', 'لا') then problem := 'must be yes or no'; end if;
  elsif answer = '' then return;
  elsif field->>'type' = 'select' then
    if field->'options' ? answer then
      kept := answer;
      return;
    end if;
    -- Itself, else the only one that differs in case, spaces or kinds of dashes alone.
    meant := array(select option from jsonb_array_elements_text(field->'options') as option
      where {schema}.folded(option) = {schema}.folded(answer));
    if cardinality(meant) = 1 then kept := meant[1];
    else problem := 'must be one of: ' || left((select string_agg(option, ', ' order by place)
      from jsonb_array_elements_text(field->'options') with ordinality as one (option, place)), 300); end if;
  else
    select read.kept, case when read.problem like 'must have%' then read.problem when read.problem is not null then 'cannot be taken as it is' end
    into kept, problem
    from {schema}.kept_text(replace(answer, E'\r\n', E'\n'), 2000, field->>'type' = 'textarea') as read;
  end if;
end $$;

-- The fields of a registrant: those of the form as the form would take them, though none of them must be there; others as they are.
create function {schema}.kept_fields(form_fields jsonb, given jsonb, out kept jsonb, out errors jsonb)
  language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  entry record;
  name record;
  answer record;
  field jsonb;
begin
  kept := '{}';
  errors := '[]';
  if given is null or jsonb_typeof(given) = 'null' then return; end if;
  if jsonb_typeof(given) <> 'object' then
    errors := '[{ "path": "fields", "message": "must be an object of texts" }]';
    return;
  end if;
  if (select count(*) from (select from jsonb_object_keys(given) limit 51) as names) > 50 then
    errors := '[{ "path": "fields", "message": "at most 50 fields" }]';
    return;
  end if;
  for entry in select key, value, value #>> '{}' as text from jsonb_each(given) loop
    name := {schema}.kept_text(entry.key, 64, false);
    if name.problem is null and name.kept = '' then name.problem := 'is missing'; end if;
    if name.kept = '__proto__' or strpos(name.kept, U&'\FFFD') > 0 then name.problem := 'cannot be the name of a field'; end if;
    if name.problem is not null then
      errors := errors || jsonb_build_object('path', 'fields.' || left(name.kept, 64), 'message', 'the name ' || name.problem);
      continue;
    end if;
    if jsonb_typeof(entry.value) <> 'string' then
      errors := errors || jsonb_build_object('path', 'fields.' || name.kept, 'message', 'must be a text');
      continue;
    end if;
    answer := {schema}.kept_text(entry.text, 2000, true);
    if answer.problem is null then
      select one into field from jsonb_array_elements(form_fields) as one where one->>'name' = name.kept;
      if found then answer := {schema}.kept_answer(field, answer.kept); end if;
      -- Nothing is kept for what the form asks for and was left empty.
      if answer.problem is null and not (found and answer.kept = '') then
        kept := kept || jsonb_build_object(name.kept, answer.kept);
      end if;
    end if;
    if answer.problem is not null then
      errors := errors || jsonb_build_object('path', 'fields.' || name.kept, 'message', answer.problem);
    end if;
  end loop;
end $$;

-- Where a registrant came from.
create function {schema}.kept_source(given jsonb, out kept jsonb, out errors jsonb)
  language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  entry record;
  answer record;
begin
  kept := '{}';
  errors := '[]';
  if given is null or jsonb_typeof(given) = 'null' then return; end if;
  if jsonb_typeof(given) <> 'object' then
    errors := '[{ "path": "source", "message": "must be an object of texts" }]';
    return;
  end if;
  for entry in select key, value, value #>> '{}' as text from jsonb_each(given) loop
    if entry.key not in ('utmSource', 'utmMedium', 'utmCampaign', 'utmTerm', 'utmContent', 'referrer') then
      errors := errors || jsonb_build_object('path', 'source.' || left(entry.key, 64),
        'message', 'is none of utmSource, utmMedium, utmCampaign, utmTerm, utmContent, referrer');
    elsif jsonb_typeof(entry.value) <> 'string' then
      errors := errors || jsonb_build_object('path', 'source.' || entry.key, 'message', 'must be a text');
    else
      answer := {schema}.kept_text(entry.text, case entry.key when 'referrer' then 2000 else 500 end, false);
      if answer.problem is null then kept := kept || jsonb_build_object(entry.key, answer.kept);
      else errors := errors || jsonb_build_object('path', 'source.' || entry.key, 'message', answer.problem); end if;
    end if;
  end loop;
end $$;

-- Language, script and region of a tag (BCP 47), each in its usual case; null where it is none.
create function {schema}.kept_locale(tag text) returns text
  language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  parts text[] := regexp_match(tag, '^([A-Za-z]{2,3})(-[A-Za-z]{4})?(-(?:[A-Za-z]{2}|[0-9]{3}))?$');
begin
  return lower(parts[1] collate "C") || coalesce('-' || upper(substr(parts[2], 2, 1) collate "C") || lower(substr(parts[2], 3) collate "C"), '')
    || coalesce(upper(parts[3] collate "C"), '');
end $$;

-- The name of a zone as the IANA database writes it, or null.
create function {schema}.kept_time_zone(name text) returns text
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if upper(name collate "C") = 'UTC' then return 'UTC'; end if;
  if length(name) > 64 or name !~ '^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Europe|Indian|Mexico|Pacific|US)(/[A-Z][A-Za-z0-9_-]*[a-z][A-Za-z0-9_-]*){1,2}$'
    and name !~ '^Etc/[A-Z]+([+-][0-9]+)?$' then return null; end if;
  perform now() at time zone name;
  return name;
exception when invalid_parameter_value then return null;
end $$;

-- For programs of others, in their transaction. Everything below is checked as what the API is sent.

create function {schema}.event_id(slug text) returns uuid
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  found_id uuid := (select event.id from {schema}.event where event.slug = event_id.slug);
begin
  if found_id is null then
    perform {schema}.refuse('ML002', 'No event has this address.', 'The slug is what stands behind /e/ in the address of its page.', 'event');
  end if;
  return found_id;
end $$;

create function {schema}.register(
  event uuid, email text, first_name text default '', last_name text default '', fields jsonb default '{}', locale text default null,
  time_zone text default null, source jsonb default '{}', send_confirmation boolean default true
) returns uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare
  at timestamptz := date_trunc('milliseconds', clock_timestamp());
  kept_email text := {schema}.kept_address(register.email);
  given_first record := {schema}.kept_text(coalesce(register.first_name, ''), 200, false);
  given_last record := {schema}.kept_text(coalesce(register.last_name, ''), 200, false);
  kept_locale text := {schema}.kept_locale(register.locale);
  kept_zone text := {schema}.kept_time_zone(register.time_zone);
  answers record := {schema}.kept_fields(
    coalesce((select found.form_fields from {schema}.event as found where found.id = register.event), '[]'), register.fields);
  origin record := {schema}.kept_source(register.source);
  errors jsonb := answers.errors || origin.errors;
  added record;
  at_domain text := substring(kept_email from '@(.*)$');
  look_up jsonb := jsonb_build_object('domains', jsonb_build_array(at_domain));
begin
  if kept_locale is null and register.locale is not null then
    errors := jsonb_build_object('path', 'locale', 'message', 'must be a language tag, like en or fr-CA') || errors;
  end if;
  if kept_zone is null and register.time_zone is not null then
    errors := jsonb_build_object('path', 'timeZone', 'message', 'must be a time zone name, like Europe/Paris') || errors;
  end if;
  if given_last.problem is not null then errors := jsonb_build_object('path', 'lastName', 'message', given_last.problem) || errors; end if;
  if given_first.problem is not null then errors := jsonb_build_object('path', 'firstName', 'message', given_first.problem) || errors; end if;
  if kept_email is null then
    errors := jsonb_build_object('path', 'email', 'message', case when register.email ~ '[^\u0001-\u007f]'
      then 'must be in ASCII: the domain as xn--…; an address with other letters before the @ is taken over the API'
      else 'must be an e-mail address, like ada@example.com' end) || errors;
  end if;
  if errors <> '[]' then
    perform {schema}.refuse('ML001', format('Nobody was registered: %s %s', errors->0->>'path', errors->0->>'message'),
      'DETAIL lists all errors, as JSON.', errors->0->>'path', errors);
  end if;
  added := {schema}.add_registrant(
    register.event, kept_email, given_first.kept, given_last.kept, kept_locale, kept_zone, answers.kept, null, origin.kept,
    '{"registeredBy": "sql"}', null, at, null, at, coalesce(register.send_confirmation, true));
  -- Whether the domain takes mail is looked up later, where it is not known. The worker notes the domain: a row of the table, locked here,
  -- would keep others waiting for as long as the caller's transaction lasts.
  if not exists (select from {schema}.mail_domain as known
      where known.domain = at_domain and (known.due_at is not null or known.expires_at > at))
    and not exists (select from {jobs}.job where job.name = 'look-up-domains' and job.state < 'active' and job.data = look_up) then
    perform {schema}.enqueue_job('look-up-domains', look_up);
  end if;
  return (added.registrant).id;
end $$;

create function {schema}.resend_access_link(registrant uuid) returns uuid
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  at timestamptz := date_trunc('milliseconds', clock_timestamp());
begin
  return ({schema}.resend_link(registrant, null, 'database_role:' || session_user, at, at)).message_id;
end $$;

create function {schema}.cancel_registration(registrant uuid) returns boolean
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return ({schema}.cancel_registrant(registrant, null, 'database_role:' || session_user,
    date_trunc('milliseconds', clock_timestamp()))).changed;
end $$;

create function {schema}.restore_registration(registrant uuid, send_confirmation boolean default true) returns boolean
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return ({schema}.restore_registrant(registrant, null, 'database_role:' || session_user,
    date_trunc('milliseconds', clock_timestamp()), coalesce(send_confirmation, true))).changed;
end $$;

-- Nobody but the owner, before somebody is given the right.
revoke all on function
  {schema}.refuse, {schema}.enqueue_job, {schema}.enqueue_messages, {schema}.new_access_key, {schema}.send_message, {schema}.field_holders,
  {schema}.delete_unused_fields, {schema}.add_event_fields, {schema}.insert_registrant, {schema}.language_for, {schema}.consents_as_worded,
  {schema}.add_registrant, {schema}.lock_registrant, {schema}.require_registrant, {schema}.is_new_key_untold, {schema}.resend_link,
  {schema}.cancel_registrant, {schema}.restore_registrant, {schema}.trimmed, {schema}.kept_text, {schema}.kept_address, {schema}.folded,
  {schema}.kept_answer, {schema}.kept_fields, {schema}.kept_source, {schema}.kept_locale, {schema}.kept_time_zone, {schema}.event_id,
  {schema}.register, {schema}.resend_access_link, {schema}.cancel_registration, {schema}.restore_registration
from public;
