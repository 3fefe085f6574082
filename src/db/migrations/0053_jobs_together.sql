-- Adds jobs as pg-boss's own insert does, with the options of their queue, and wakes the workers at the commit. A test compares the two. All in one
-- statement: most of what one by one took was its preparation.
create function {schema}.enqueue_jobs(queue_name text, payloads jsonb[], start_after timestamptz default null, trace jsonb default null)
  returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  moment timestamptz := {jobs}.job_now();
  starts timestamptz := coalesce(enqueue_jobs.start_after, moment);
  queue record;
begin
  select * into queue from {jobs}.queue as found where found.name = queue_name;
  if queue.name is null then raise exception 'The queue % is not there: run "npm run migrate".', queue_name; end if;
  insert into {jobs}.job (name, data, start_after, created_on, keep_until, expire_seconds, deletion_seconds, retry_limit, retry_delay,
    retry_backoff, retry_delay_max, policy, dead_letter, heartbeat_seconds, trace_context)
  select queue.name, payload, starts, moment, starts + queue.retention_seconds * interval '1 second', queue.expire_seconds,
    queue.deletion_seconds, queue.retry_limit, queue.retry_delay, queue.retry_backoff, queue.retry_delay_max, queue.policy,
    queue.dead_letter, queue.heartbeat_seconds, trace
  from unnest(payloads) as payload;
  if queue.notify and starts <= moment and cardinality(payloads) > 0 then
    perform pg_notify('pgboss_' || left(encode(sha224(convert_to(btrim('{jobs}', '"'), 'UTF8')), 'hex'), 24), queue.name);
  end if;
end $$;
revoke all on function {schema}.enqueue_jobs from public;

create or replace function {schema}.enqueue_job(queue_name text, payload jsonb, start_after timestamptz default null, trace jsonb default null)
  returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform {schema}.enqueue_jobs(queue_name, array[payload], start_after, trace);
end $$;

-- As in 0048.
create or replace function {schema}.enqueue_messages(
  priority text, of_event uuid, message_ids uuid[], start_after timestamptz default null, trace jsonb default null
) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform {schema}.enqueue_jobs('deliver-' || priority, array(
    select jsonb_build_object('eventId', of_event, 'messageIds', to_jsonb(message_ids[place:place + 99]))
    from generate_series(1, cardinality(message_ids), 100) as place
  ), start_after, trace);
end $$;
