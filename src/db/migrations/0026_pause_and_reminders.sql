-- Since when the team has paused an event's mails to many; null: they go out.
alter table {schema}.event add column sending_paused_at timestamptz;

-- A mail that waits because sending is paused: it is put off to its deadline, and a resume brings it back.
alter table {schema}.message add column held boolean not null default false;
create index message_held on {schema}.message (event_id, id) where held;

-- Who of the team skipped the reminder, or sent it by hand, as the audit log names them; null: nobody did.
alter table {schema}.reminder_run add column asked_by text;
