-- Searched and sorted among 100,000 people, each page in a few milliseconds.
-- Where a database has them already they stay where they are.
create extension if not exists pg_trgm schema {schema};
create extension if not exists btree_gin schema {schema};

-- What a text is found by: without case and accents. Letters beyond ASCII stand as three capitals or more, because
-- pg_trgm knows only the letters of the server's locale, and a name of one Chinese sign is to be found by it.
create function {schema}.search_words(value text) returns text
  language sql immutable strict parallel safe
  return case when octet_length(value) = length(value) then lower(value) else (
    select string_agg(
      case when ascii(letter) < 128 then letter
      else 'Z' || translate(to_hex(ascii(letter)), '0123456789abcdef', 'GHIJKLMNOPABCDEF') || 'Y' end, '' order by place)
    from unnest(string_to_array(lower(regexp_replace(normalize(value, NFKD), '[\u0300-\u036f]', '', 'g')), null))
      with ordinality as part (letter, place)
  ) end;

-- For `like`. One or two letters stand in too many texts: they are looked for where words begin.
create function {schema}.search_pattern(q text) returns text
  language sql immutable strict parallel safe
  return (
    select case when words ~ '^[a-z0-9]{1,2}$' then '% ' || words || '%'
      else '%' || regexp_replace(words, '([\\%_])', '\\\1', 'g') || '%' end
    from {schema}.search_words(q) as words
  );

-- Beside the registrants, so that the indexes cost nothing when a mail changes an email status. Triggers alone write
-- it; who was erased is not in it.
create table {schema}.registrant_search (
  registrant_id uuid primary key,
  event_id uuid not null,
  registered_at timestamptz not null,
  email text not null,
  name text not null,
  words text not null
);

create function {schema}.registrant_search_row(registrant {schema}.registrant) returns {schema}.registrant_search
  language sql immutable parallel safe
  return row(
    registrant.id, registrant.event_id, registrant.registered_at, lower(registrant.email),
    lower(registrant.last_name || ' ' || registrant.first_name),
    -- A row of an index holds 2,704 bytes: of names of hundreds of letters, the first are enough.
    left({schema}.search_words(' ' || registrant.email || ' ' || registrant.first_name || ' ' || registrant.last_name || ' '
      || registrant.first_name), 900)
  )::{schema}.registrant_search;

insert into {schema}.registrant_search
select found.* from {schema}.registrant, {schema}.registrant_search_row(registrant) as found where registrant.email is not null;

-- With the words, so that a search that finds many is read off the index in the order of the page.
create index registrant_search_registered on {schema}.registrant_search (event_id, registered_at, registrant_id) include (words);
create index registrant_search_email on {schema}.registrant_search (event_id, email, registrant_id) include (words);
create index registrant_search_name on {schema}.registrant_search (event_id, name, registrant_id) include (words);
-- What waits to be sorted in is looked through by every search: a little only.
do $$ begin
  execute format(
    'create index registrant_search_words on {schema}.registrant_search using gin (event_id, words %s.gin_trgm_ops)
      with (gin_pending_list_limit = 256)',
    (select extnamespace::regnamespace from pg_extension where extname = 'pg_trgm'));
end $$;

-- Their bodies name the schema since 0009.
create function {schema}.search_new_registrants() returns trigger language plpgsql as $$
begin
  insert into registrant_search
  select found.* from added as registrant, registrant_search_row(registrant) as found
  where registrant.email is not null;
  return null;
end $$;

create function {schema}.search_changed_registrant() returns trigger language plpgsql as $$
begin
  delete from registrant_search where registrant_id = new.id;
  if new.email is not null then
    insert into registrant_search select (registrant_search_row(new)).*;
  end if;
  return null;
end $$;

create trigger registrant_added after insert on {schema}.registrant
  referencing new table as added for each statement execute function {schema}.search_new_registrants();
create trigger registrant_renamed after update of email, first_name, last_name on {schema}.registrant
  for each row when ((old.email, old.first_name, old.last_name) is distinct from (new.email, new.first_name, new.last_name))
  execute function {schema}.search_changed_registrant();

create index registrant_event_status_at on {schema}.registrant (event_id, coalesce(email_status_at, '-infinity'), id)
  where erased_at is null;
create index registrant_event_joined on {schema}.registrant (event_id, coalesce(joined_at, '-infinity'), id)
  where erased_at is null;
-- The index of statuses counts all; these few are taken off.
create index registrant_event_erased on {schema}.registrant (event_id, email_status) where erased_at is not null;
