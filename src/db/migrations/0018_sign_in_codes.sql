-- The browser that asked, by the SHA-256 of its cookie: it may type the mail's six digits in place of opening the link.
alter table {schema}.sign_in add column browser_hash text;
create index sign_in_browser on {schema}.sign_in (browser_hash) where browser_hash is not null;
create index sign_in_member on {schema}.sign_in (team_member_id, requested_at);
-- Of an export only the id is kept: what stood here opened it.
update {schema}.sign_in set next_path = '/team/events' where next_path like '/x/%';
