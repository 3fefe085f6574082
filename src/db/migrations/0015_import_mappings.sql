-- What the team chose for the columns of an imported file, by the names that its header has, for the next such file.
create table {schema}.import_mapping (
  signature text primary key,
  mapping jsonb not null,
  updated_at timestamptz not null,
  updated_by text not null
);
