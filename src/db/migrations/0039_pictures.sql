-- Pictures that the team has uploaded, as they are served. The same picture is kept once, whichever events show it.
create table {schema}.image (
  -- SHA-256 of `bytes`, in hex: its address is /img/<hash>.
  hash text primary key check (hash ~ '^[0-9a-f]{64}$'),
  content_type text not null,
  width int not null,
  height int not null,
  bytes bytea not null,
  created_at timestamptz not null default now(),
  -- When it was uploaded last: an upload that no event shows yet is kept for a while.
  uploaded_at timestamptz not null default now()
);
-- Compressed already.
alter table {schema}.image alter column bytes set storage external;

-- Which events show a picture, or did: their mails may still.
create table {schema}.event_image (
  event_id uuid not null references {schema}.event on delete cascade,
  hash text not null references {schema}.image,
  -- Null: the event shows it.
  used_until timestamptz,
  primary key (event_id, hash)
);
create index event_image_hash on {schema}.event_image (hash);
create index event_image_former on {schema}.event_image (used_until) where used_until is not null;
