-- A function in plpgsql looks its names up when it runs, by the search_path of whoever runs it. All others were bound to their
-- schema when they were created.
create or replace function {schema}.search_new_registrants() returns trigger language plpgsql as $$
begin
  insert into {schema}.registrant_search
  select found.* from added as registrant, {schema}.registrant_search_row(registrant) as found
  where registrant.email is not null;
  return null;
end $$;

create or replace function {schema}.search_changed_registrant() returns trigger language plpgsql as $$
begin
  delete from {schema}.registrant_search where registrant_id = new.id;
  if new.email is not null then
    insert into {schema}.registrant_search select ({schema}.registrant_search_row(new)).*;
  end if;
  return null;
end $$;

-- One name for what makes ids on every server. In place already where the files before were run with it.
alter table {schema}.event alter column id set default {schema}.uuidv7();
alter table {schema}.registrant alter column id set default {schema}.uuidv7();
alter table {schema}.message alter column id set default {schema}.uuidv7();
alter table {schema}.delivery_event alter column id set default {schema}.uuidv7();
alter table {schema}.team_member alter column id set default {schema}.uuidv7();
alter table {schema}.api_key alter column id set default {schema}.uuidv7();
alter table {schema}.suppression alter column id set default {schema}.uuidv7();
alter table {schema}.audit_entry alter column id set default {schema}.uuidv7();
alter table {schema}.export alter column id set default {schema}.uuidv7();
alter table {schema}.sign_in alter column id set default {schema}.uuidv7();
alter table {schema}.session alter column id set default {schema}.uuidv7();
alter table {schema}.bulk_send alter column id set default {schema}.uuidv7();
