-- Reminders are one of several kinds of mail that go out at a time of their event (src/domain/schedule.ts): what was begun
-- or skipped of each stands in one table. The start or the end that its minutes count from is its anchor.
alter table {schema}.reminder_run rename to timed_mail_run;
alter table {schema}.timed_mail_run rename column starts_at to anchor_at;
alter table {schema}.timed_mail_run rename column minutes_before to minutes;
alter table {schema}.timed_mail_run add column kind text not null default 'reminder';
alter table {schema}.timed_mail_run drop constraint reminder_run_pkey;
alter table {schema}.timed_mail_run add primary key (event_id, kind, anchor_at, minutes);
alter index {schema}.reminder_run_repeat rename to timed_mail_run_repeat;

-- For processes of the version before, while they are being replaced: they read and write reminders here, and see nothing else.
create view {schema}.reminder_run as
  select event_id, anchor_at as starts_at, minutes as minutes_before, begun_at, repeated, skipped, asked_by
  from {schema}.timed_mail_run where kind = 'reminder';

-- Whose nudge or follow-ups may be due: few of all events have any.
create index event_after on {schema}.event (ends_at)
  where cancelled_at is null and (nudge is not null or follow_ups is not null);
