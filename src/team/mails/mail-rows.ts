import type { MailFigure } from '../../db/event-mails.ts';
import { MESSAGE_STATUSES, type MessageStatus, statusRow } from '../../domain/delivery/status.ts';
import type { Event } from '../../domain/event.ts';
import { CUSTOMISABLE_KINDS, type CustomisableKind, MAIL_KINDS } from '../../domain/kinds.ts';
import { type EventReminder, eventReminders, type ReminderRecord } from '../../domain/reminder-state.ts';
import { reminderDedupeKey } from '../../domain/schedule.ts';
import { durationText } from './duration-text.ts';

/** Which mails of a kind are meant: all; those of one reminder, by its minutes; `earlier`: reminders of starts or offsets that the event had. */
export type MailPart = number | 'earlier' | null;

/** The mails of a kind, or of one reminder. */
export interface MailRow {
  readonly key: string;
  readonly kind: CustomisableKind;
  readonly part: MailPart;
  readonly name: string;
  /** Of a reminder before the event's present start. */
  readonly reminder: EventReminder | null;
  readonly counts: readonly { readonly status: MessageStatus; readonly count: number }[];
  /** How many are still to be sent. */
  readonly pending: number;
  readonly total: number;
  readonly lastAcceptedAt: Date | null;
}

/** An event's mails by what is to become of them. */
export interface MailsByState {
  /** Reminders that have a time and were not sent, earliest first: also those that the team skipped. */
  readonly ahead: readonly (MailRow & { readonly reminder: EventReminder })[];
  readonly goingOut: readonly MailRow[];
  /** What was sent, and reminders that will not be. */
  readonly done: readonly MailRow[];
  /** Nothing of it was sent yet: it goes out when something happens. */
  readonly onOccasion: readonly MailRow[];
}

interface Known {
  readonly figures: readonly MailFigure[];
  /** Of the reminders before the event's present start. */
  readonly records: readonly ReminderRecord[];
  readonly now: Date;
}

/** What a mail of the kind is called; `minutes` of a reminder. */
export function mailName(kind: CustomisableKind, part: MailPart): string {
  if (part === 'earlier') return 'Earlier reminders';
  return part === null ? MAIL_KINDS[kind].label : `Reminder, ${durationText(part)} before`;
}

export function mailsByState(event: Event, known: Known): MailsByState {
  const rows = mailRows(event, known);
  const isAhead = ({ reminder }: MailRow) =>
    reminder?.state === 'ahead' || reminder?.state === 'due' || reminder?.state === 'skipped';
  const rest = rows.filter((row) => !isAhead(row));
  return {
    ahead: rows.filter((row): row is MailsByState['ahead'][number] => row.reminder !== null && isAhead(row)),
    goingOut: rest.filter(({ pending }) => pending > 0),
    done: rest.filter(({ pending, total, reminder }) => pending === 0 && (total > 0 || reminder !== null)),
    onOccasion: rest.filter(({ total, reminder }) => total === 0 && reminder === null),
  };
}

/** The kinds in the order in which a registrant meets them; each reminder has a row of its own. */
function mailRows(event: Event, known: Known): MailRow[] {
  return CUSTOMISABLE_KINDS.flatMap((kind) => {
    const figures = known.figures.filter((figure) => figure.kind === kind);
    return kind === 'reminder' ? reminderRows(event, known, figures) : rowOf(kind, null, figures);
  });
}

function reminderRows(event: Event, { records, now }: Known, figures: readonly MailFigure[]): MailRow[] {
  const present = eventReminders(event, records, now).map((reminder) => {
    const { minutesBefore } = reminder;
    const dedupeKey = reminderDedupeKey(event, minutesBefore);
    const own = figures.filter((figure) => figure.dedupeKey === dedupeKey);
    return rowOf('reminder', minutesBefore, own, reminder);
  });
  const known = new Set(event.reminderMinutes.map((minutes) => reminderDedupeKey(event, minutes)));
  const earlier = figures.filter(({ dedupeKey }) => !known.has(dedupeKey ?? ''));
  return [
    ...present,
    ...(earlier.length > 0 ? [rowOf('reminder', 'earlier', earlier)] : []),
    ...(present.length + earlier.length === 0 ? [rowOf('reminder', null, [])] : []),
  ];
}

function rowOf(
  kind: CustomisableKind,
  part: MailPart,
  figures: readonly MailFigure[],
  reminder: EventReminder | null = null,
): MailRow {
  const counts = MESSAGE_STATUSES.flatMap((status) => {
    const count = figures.filter((one) => one.status === status).reduce((sum, one) => sum + one.count, 0);
    return count > 0 ? [{ status, count }] : [];
  });
  const times = figures.flatMap(({ lastAcceptedAt }) => lastAcceptedAt ?? []);
  return {
    ...{ key: part === null ? kind : `${kind}-${part}`, kind, part, name: mailName(kind, part), reminder },
    counts,
    pending: sum(counts.filter(({ status }) => statusRow(status).pending !== null)),
    total: sum(counts),
    lastAcceptedAt: times.sort((a, b) => b.getTime() - a.getTime())[0] ?? null,
  };
}

function sum(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((all, { count }) => all + count, 0);
}
