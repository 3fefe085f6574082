-- What is still to be done, by lane: for the oldest message that is due and for those that lost their job.
drop index {schema}.message_outstanding;
create index message_outstanding on {schema}.message (lane, due_at) where status in ('scheduled', 'queued', 'sending');

-- How often it could not be known whether the mail left: each may have put a second one into the inbox.
alter table {schema}.message add column doubts integer not null default 0;

-- A transport that is refused for what it is, not for a mail: nothing goes out until a probe succeeds.
create table {schema}.transport_refusal (
  transport text primary key,
  since timestamptz not null,
  reason text not null,
  probe_at timestamptz not null
);

-- What each worker has counted since it started; /metrics adds them up. Rows of workers that are gone are added to
-- the one of the nil id, so that the sums never step back.
create table {schema}.worker_counter (
  worker_id uuid not null,
  name text not null,
  value double precision not null,
  updated_at timestamptz not null,
  primary key (worker_id, name)
);
