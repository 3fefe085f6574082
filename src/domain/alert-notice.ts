import { type AlertType, alertRow, countOf, type Severity } from './alerts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An alert as it stands when the team is told. */
export interface DueAlert {
  readonly type: AlertType;
  readonly key: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly eventTitle: string | null;
  readonly begunAt: Date;
  /** Null: it goes on. */
  readonly endedAt: Date | null;
  /** Whether the team knows that it began. */
  readonly isTold: boolean;
  readonly untold: number;
  readonly untoldSince: Date | null;
}

/** What the team is told of an alert, by mail and webhook. */
export interface AlertNotice {
  readonly type: 'alert';
  readonly alert: AlertType;
  readonly key: string;
  readonly severity: Severity;
  /** That it began, or happened; or that it is over. */
  readonly isOver: boolean;
  readonly title: string;
  readonly text: string;
  readonly path: string;
  /** ISO 8601 */
  readonly raisedAt: string;
}

/** What is told of it now: that it is over, where the team knows that it began, else that it began, with how often it did untold. */
export function alertNotice({ type, key, begunAt, endedAt, ...due }: DueAlert): AlertNotice {
  const row = alertRow(type);
  const facts = { ...due.facts, eventTitle: due.eventTitle };
  const of = {
    type: 'alert',
    alert: type,
    key,
    path: row.path(facts),
    raisedAt: begunAt.toISOString(),
  } as const;
  if (due.isTold && endedAt && row.over) {
    const lasted = durationOf(endedAt.getTime() - begunAt.getTime());
    const text = `It lasted from ${writeUtc(begunAt)} until ${writeUtc(endedAt)}.`;
    return { ...of, severity: 'notice', isOver: true, title: row.over(facts, lasted), text };
  }
  const more = due.untold - 1;
  const since =
    more > 0 && due.untoldSince
      ? ` ${more.toLocaleString('en')} more since ${writeUtc(due.untoldSince)}.`
      : '';
  const text = `${row.text(facts).trim()}${since}`;
  return { ...of, severity: row.severity, isOver: false, title: row.title(facts), text };
}

/** `29 Nov 2026, 14:00 UTC` */
export function writeUtc(at: Date): string {
  return `${UTC.format(at)} UTC`;
}

const UTC = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** `14 minutes`, `3 hours`, `2 days`: in the unit that says enough. */
function durationOf(ms: number): string {
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return countOf(minutes, 'minute', 'minutes');
  const hours = Math.round(ms / HOUR);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
