-- What a mail is about beside its event: how long before the start a reminder speaks, which times an announcement
-- replaces. JSON as `src/domain/message.ts` describes it.
alter table {schema}.message add column about jsonb;

-- The times that an event had, and from when on: what somebody was told is what was valid when they were written to. The first ones always were.
create table {schema}.event_schedule (
  event_id uuid not null references {schema}.event (id),
  revision integer not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  time_zone text not null,
  valid_from timestamptz not null,
  primary key (event_id, revision)
);

insert into {schema}.event_schedule (event_id, revision, starts_at, ends_at, time_zone, valid_from)
select id, revision, starts_at, ends_at, time_zone, '-infinity' from {schema}.event;

-- Which reminders of an event have been put on their way, or never will be: their time had passed when the event
-- got its times, or a later one was due as well. What is missing here and due was missed.
create table {schema}.reminder_run (
  event_id uuid not null references {schema}.event (id),
  starts_at timestamptz not null,
  minutes_before integer not null,
  begun_at timestamptz not null,
  -- Once more a little later: for those whose registration was committed while the first round went on.
  repeated boolean not null default false,
  skipped boolean not null default false,
  primary key (event_id, starts_at, minutes_before)
);

create index reminder_run_repeat on {schema}.reminder_run (begun_at) where not repeated and not skipped;
create index event_upcoming on {schema}.event (starts_at) where cancelled_at is null;
