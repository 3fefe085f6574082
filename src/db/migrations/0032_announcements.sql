-- What the team writes to an event's registrants, or to some of them. Its text stands here once, and its messages name it.
create table {schema}.announcement (
  id uuid primary key default {schema}.uuidv7(),
  event_id uuid not null references {schema}.event (id),
  -- { "other": { "subject", "text" } | null, "byLanguage": { "fr": … } }: checked before it is written.
  texts jsonb not null,
  -- Whose text those get who have none in their language: the event's own when it was written.
  language text not null,
  -- By which parts of the filter people were chosen, without what may name a person; null: everybody.
  filter jsonb,
  -- Null: it went out at once.
  send_at timestamptz,
  asked_by text not null,
  asked_at timestamptz not null,
  cancelled_at timestamptz,
  cancelled_by text,
  queued integer not null,
  skipped jsonb not null,
  -- Of its messages.
  dedupe_key text not null unique
);

create index announcement_event on {schema}.announcement (event_id, asked_at, id);
create index message_announced on {schema}.message (dedupe_key) where kind = 'announcement';
-- Of those whose time is still ahead, the next ones.
create index message_scheduled on {schema}.message (dedupe_key, id) where status = 'scheduled';
