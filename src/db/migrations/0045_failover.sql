-- While our account is refused at one transport, another one may take the mails: its name; null: nothing goes out.
alter table {schema}.circuit_breaker add column fallback text;
-- Whether the breaker is of the second transport: what that refuses matters while the first is down only.
alter table {schema}.circuit_breaker add column is_fallback boolean not null default false;
