-- Who opened personal links, one row for each client of a registrant and each sort of visit (src/domain/visit.ts says what the verdicts and
-- reasons mean). No address: `client` is a hash that is another one at the next event.
create table {schema}.visit (
  id uuid primary key default {schema}.uuidv7(),
  event_id uuid not null,
  registrant_id uuid not null references {schema}.registrant on delete cascade,
  -- Empty: all further clients, past the most that are told apart.
  client bytea not null,
  verdict text not null,
  reason text not null,
  -- A browser and its system without versions, or a machine's name.
  agent text,
  -- The room was open.
  while_open boolean not null,
  -- The browser had been on an earlier page of ours.
  is_certain boolean not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  visits int not null default 1,
  -- Since when it has been a person's: joined_at, where this visit set it.
  person_at timestamptz not null,
  -- The verdict before the latest visit; null: it was the first.
  verdict_before text
);
-- A client's visits that may be a person's are one row, whatever is found out about them later.
create unique index visit_client on {schema}.visit
  (registrant_id, client, while_open, (case when verdict = 'machine' then reason else '' end));

-- Visits of the last minutes by client over all events: one that opens many people's links at once may be a machine. Forgotten by the cleaner.
create table {schema}.recent_visit (
  client bytea not null,
  registrant_id uuid not null,
  visit_id uuid not null,
  at timestamptz not null,
  primary key (client, registrant_id)
);
create index recent_visit_at on {schema}.recent_visit (at);

alter table {schema}.registrant
  -- When somebody or something first opened the link.
  add column link_opened_at timestamptz,
  -- When a visit came that may have been theirs or a machine's; says something as long as joined_at is null.
  add column uncertain_at timestamptz;

-- What was known until now: a link in a mail was followed (src/domain/delivery/status.ts: 50, clicked), or they joined.
update {schema}.registrant set link_opened_at = coalesce(known.clicked_at, joined_at)
from (
  select registrant.id, (
    select min(coalesce(status_at, accepted_at, created_at)) from {schema}.message
    where message.registrant_id = registrant.id and status_rank = 50
  ) as clicked_at
  from {schema}.registrant where reached_rank = 50 or joined_at is not null
) as known
where registrant.id = known.id;
