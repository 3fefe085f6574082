-- When a registrant's access key was last replaced: until a mail brought the new link, the next one says that the old one is
-- worthless. Null: never, or before this was noted.
alter table {schema}.registrant add column key_replaced_at timestamptz;
