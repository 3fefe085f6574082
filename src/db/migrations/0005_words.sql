-- The team's own words for a kind of mail of an event, in Handlebars; null: ours.
create table {schema}.event_words (
  event_id uuid not null references {schema}.event (id),
  kind text not null,
  subject text,
  introduction text,
  signature text,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (event_id, kind)
);
