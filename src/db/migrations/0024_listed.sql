-- Whether the site's start page names the event.
alter table {schema}.event add column listed boolean not null default false;
create index event_listed on {schema}.event (starts_at, id) where listed and cancelled_at is null;
