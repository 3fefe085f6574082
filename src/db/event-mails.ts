import type { MessageStatus } from '../domain/delivery/status.ts';
import type { Kind } from '../domain/kinds.ts';
import type { Db } from './pool.ts';
import type { ReminderRun } from './reminder.ts';

/** How many mails of a kind have a status. */
export interface MailFigure {
  readonly kind: Kind;
  /** Of reminders: which of them; null for all other kinds. */
  readonly dedupeKey: string | null;
  readonly status: MessageStatus;
  readonly count: number;
  /** When a mail server last took one of them. */
  readonly lastAcceptedAt: Date | null;
}

/**
 * What became of all mails to an event's registrants. It reads every message of the event: measured on two cores, with
 * two million messages in the table, 0.55 s for an event of a million. An index would halve that, and be written to
 * twice by every mail that leaves.
 */
export async function countEventMails(db: Db, eventId: string): Promise<MailFigure[]> {
  const { rows } = await db.query<MailFigure>(
    `select kind, case when kind = 'reminder' then dedupe_key end as "dedupeKey", status, count(*) as count,
       max(accepted_at) as "lastAcceptedAt"
     from {schema}.message where event_id = $1 and registrant_id is not null
     group by 1, 2, 3`,
    [eventId],
  );
  return rows;
}

/** The reminders before one start of an event that were put on their way, or never will be. */
export async function listReminderRuns(
  db: Db,
  { eventId, startsAt }: Omit<ReminderRun, 'minutesBefore'>,
): Promise<{ readonly minutesBefore: number; readonly begunAt: Date; readonly skipped: boolean }[]> {
  const { rows } = await db.query<{ minutesBefore: number; begunAt: Date; skipped: boolean }>(
    `select minutes_before as "minutesBefore", begun_at as "begunAt", skipped from {schema}.reminder_run
     where event_id = $1 and starts_at = $2`,
    [eventId, startsAt],
  );
  return rows;
}
