-- The further fields that an event's registrants have: columns of its exports and of its People page. Kept, because
-- looking through half a million registrants takes longer than exporting them.
create table {schema}.event_field (
  event_id uuid not null references {schema}.event (id),
  name text not null,
  primary key (event_id, name)
);

insert into {schema}.event_field (event_id, name)
select distinct event_id, jsonb_object_keys(fields) from {schema}.registrant;

-- Whose key it is; null: a program's.
alter table {schema}.api_key add column team_member_id uuid references {schema}.team_member (id);

-- Mails that go to no registrant.
create unique index message_once_for_team on {schema}.message (kind, occurrence) where registrant_id is null;

create table {schema}.export (
  id uuid primary key default {schema}.uuidv7(),
  event_id uuid not null references {schema}.event (id),
  -- As in audit_entry.
  asked_by text not null,
  -- The team member who asked, by themselves or with a key of theirs; null: a key that is nobody's.
  member_id uuid references {schema}.team_member (id),
  to_address text not null,
  language text not null,
  format text not null check (format in ('csv', 'xlsx')),
  -- Null: all that there are when it is made.
  columns text[],
  -- `made` is not `sent`: that is known of its mail.
  status text not null default 'queued' check (status in ('queued', 'running', 'made', 'failed')),
  attempts integer not null default 0,
  rows integer not null default 0,
  bytes bigint not null default 0,
  attached boolean,
  failure text,
  asked_at timestamptz not null,
  finished_at timestamptz,
  expires_at timestamptz,
  withdrawn_at timestamptz,
  message_id uuid references {schema}.message (id),
  constraint export_failed_for_a_reason check ((status = 'failed') = (failure is not null))
);

create index export_event on {schema}.export (event_id, asked_at);

-- As JavaScript's encodeURIComponent.
create function {schema}.encode_uri_component(value text) returns text
  language sql immutable strict parallel safe
  return (
    select coalesce(string_agg(
      case when letter ~ '^[A-Za-z0-9_.!~*''()-]$' then letter
      else regexp_replace(upper(encode(convert_to(letter, 'UTF8'), 'hex')), '(..)', '%\1', 'g') end, '' order by place), '')
    from unnest(string_to_array(value, null)) with ordinality as part (letter, place)
  );

create index audit_entry_at on {schema}.audit_entry (at, id);
create index audit_entry_event on {schema}.audit_entry (event_id, at, id);
