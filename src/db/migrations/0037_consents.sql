-- What somebody agreed to with the public form, in the words that they saw, until a worker takes their registration. Null: nothing.
alter table {schema}.registration_request add column consents jsonb;
