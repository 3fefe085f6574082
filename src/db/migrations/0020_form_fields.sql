-- What the public form asks for beside address and name; strangers can give nothing else.
alter table {schema}.event add column form_fields jsonb not null default '[]';

-- Somebody who has the field: as long as they do the name is known to be in use, however many registrants there are. Where
-- they do not any more, others are looked for.
alter table {schema}.event_field add column registrant_id uuid;

update {schema}.event_field as field set registrant_id = witness.id
from (
  select distinct on (registrant.event_id, name) registrant.event_id, name, registrant.id
  from {schema}.registrant, jsonb_object_keys(registrant.fields) as name
  where registrant.erased_at is null
  order by registrant.event_id, name, registrant.registered_at, registrant.id
) as witness
where witness.event_id = field.event_id and witness.name = field.name;

-- Names that nobody has any more.
delete from {schema}.event_field where registrant_id is null;
