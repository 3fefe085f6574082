-- What registrants are filtered by, so that a page of them and their number are read off indexes however many there are
-- (src/domain/registrant-filter.ts).

-- The part of the address behind the last @; null once they are erased. Postgres before 18 writes no table anew while a function takes its
-- rows: the function is taken away meanwhile, and comes back as it was.
drop function {schema}.registrant_search_row({schema}.registrant);
alter table {schema}.registrant
  add column email_domain text generated always as (lower(split_part(email, '@', -1))) stored,
  -- From how many clients a person came in; 0 for those who joined before this was noted. The next migration fills it; a column with a
  -- default has to be added here, too.
  add column joined_from int not null default 0;
create function {schema}.registrant_search_row(registrant {schema}.registrant) returns {schema}.registrant_search
  language sql immutable parallel safe
  return row(
    registrant.id, registrant.event_id, registrant.registered_at, lower(registrant.email),
    lower(registrant.last_name || ' ' || registrant.first_name),
    -- A row of an index holds 2,704 bytes: of names of hundreds of letters, the first are enough.
    left({schema}.search_words(
      ' ' || registrant.email || ' ' || registrant.first_name || ' ' || registrant.last_name || ' ' || registrant.first_name
      || case when strpos(registrant.email, 'xn--') > 0 then ' ' || {schema}.shown_address(registrant.email) else '' end
      || case when octet_length(registrant.first_name || registrant.last_name) > length(registrant.first_name || registrant.last_name)
          and normalize(registrant.first_name || registrant.last_name, NFC) ~ '[ÄÖÜÅØäöüåø]'
        then {schema}.spelt_out(' ' || registrant.first_name || ' ' || registrant.last_name || ' ' || registrant.first_name)
        else '' end
    ), 900)
  )::{schema}.registrant_search;

-- Counts by status of whoever came so far, read off the index alone. Their entries are nearly all alike, and it stays small. These
-- two replace an index of all by status and one of the erased, who were taken off.
create index registrant_event_progress on {schema}.registrant
  (event_id, email_status, reached_rank, joined_at, cancelled_at) where erased_at is null;
create index registrant_event_domain on {schema}.registrant
  (event_id, email_domain, email_status, cancelled_at) where erased_at is null;
drop index {schema}.registrant_event_status;
drop index {schema}.registrant_event_erased;

-- The order of the list, now with what those who registered between two times are counted by.
create index registrant_event_listed on {schema}.registrant (event_id, registered_at, id)
  include (email_status, cancelled_at) where erased_at is null;
drop index {schema}.registrant_event_registered;
alter index {schema}.registrant_event_listed rename to registrant_event_registered;

-- What an answer or a source of an event is found by. Half of a SHA-256: no other value of any event has the same. Made of what
-- Postgres takes for immutable, so that it stands inside the statement that calls it: a call for each value would take five times as long.
create function {schema}.facet(event_id uuid, part text, name text, value text) returns uuid
  language sql immutable strict parallel safe
  return left(encode(sha256(decode(replace(
    event_id::text || ' ' || part || ' ' || length(name)::text || ' ' || name || ' ' || value, '\', '\\'), 'escape')), 'hex'), 32)::uuid;

create function {schema}.facets_of(event_id uuid, fields jsonb, source jsonb) returns setof uuid
  language sql immutable parallel safe
  begin atomic
    select {schema}.facet(event_id, 'fields', key, value) from jsonb_each_text(fields)
    union all
    select {schema}.facet(event_id, 'source', key, value) from jsonb_each_text(source);
  end;

-- Beside the registrants, as registrant_search is: an index of so many values would be written to anew with every mail that changes
-- an email status. Triggers alone write it; whoever has neither answers nor source is not in it.
create table {schema}.registrant_facet (
  registrant_id uuid primary key,
  facets uuid[] not null
);

insert into {schema}.registrant_facet
select id, array(select facet from {schema}.facets_of(event_id, fields, source) as facet) from {schema}.registrant
where fields <> '{}' or source <> '{}';

create index registrant_facet_facets on {schema}.registrant_facet using gin (facets);

create function {schema}.facet_new_registrants() returns trigger language plpgsql as $$
begin
  insert into {schema}.registrant_facet
  select id, array(select facet from {schema}.facets_of(event_id, fields, source) as facet) from added
  where fields <> '{}' or source <> '{}';
  return null;
end $$;

create function {schema}.facet_changed_registrant() returns trigger language plpgsql as $$
begin
  delete from {schema}.registrant_facet where registrant_id = new.id;
  insert into {schema}.registrant_facet
  select new.id, array(select facet from {schema}.facets_of(new.event_id, new.fields, new.source) as facet)
  where new.fields <> '{}' or new.source <> '{}';
  return null;
end $$;

create trigger registrant_faceted after insert on {schema}.registrant
  referencing new table as added for each statement execute function {schema}.facet_new_registrants();
create trigger registrant_answered after update of fields, source on {schema}.registrant
  for each row when ((old.fields, old.source) is distinct from (new.fields, new.source))
  execute function {schema}.facet_changed_registrant();

-- Filters that the team keeps under a name, for everybody who works on the event.
create table {schema}.saved_view (
  id uuid primary key default {schema}.uuidv7(),
  event_id uuid not null references {schema}.event (id),
  name text not null,
  filter jsonb not null,
  created_by text not null,
  created_at timestamptz not null
);
create unique index saved_view_name on {schema}.saved_view (event_id, lower(name));
