import type { MailFigure } from '../../db/event-mails.ts';
import { MESSAGE_STATUSES, type MessageStatus } from '../../domain/delivery/status.ts';
import { type Event, eventPhase } from '../../domain/event.ts';
import { CUSTOMISABLE_KINDS, type CustomisableKind, MAIL_KINDS } from '../../domain/kinds.ts';
import { reminderDedupeKey, reminders } from '../../domain/schedule.ts';

/** What a reminder's time has come to. */
export type ReminderState =
  | { readonly type: 'sent'; readonly begunAt: Date }
  | { readonly type: 'ahead' | 'due' | 'skipped' | 'cancelled' | 'missed'; readonly dueAt: Date };

/** A line of the Mails tab. */
export interface MailRow {
  readonly key: string;
  readonly kind: CustomisableKind;
  /** Which reminders, as `sentMailsPath` takes it; null: all mails of the kind. */
  readonly which: string | null;
  readonly name: string;
  /** Of reminders; null: a sentence says when the kind goes out. */
  readonly reminder: ReminderState | null;
  readonly counts: readonly { readonly status: MessageStatus; readonly count: number }[];
  readonly lastAcceptedAt: Date | null;
}

/** Reminders of times that the event has no more. */
export const EARLIER = 'earlier';

export function reminderName(minutesBefore: number | typeof EARLIER): string {
  return minutesBefore === EARLIER
    ? 'Reminders of earlier times'
    : `Reminder, ${durationText(minutesBefore)} before`;
}

/** Where the mails are listed that a line of the tab counts. */
export function sentMailsPath(
  eventId: string,
  { kind, reminder }: { readonly kind: CustomisableKind; readonly reminder: string | null },
  status: MessageStatus | null,
): string {
  const query = new URLSearchParams({
    ...(status && { status }),
    ...(reminder && { reminder }),
  }).toString();
  const path = `/team/events/${eventId}/mails/${kind}/messages`;
  return query ? `${path}?${query}` : path;
}

interface Known {
  readonly figures: readonly MailFigure[];
  readonly runs: readonly {
    readonly minutesBefore: number;
    readonly begunAt: Date;
    readonly skipped: boolean;
  }[];
  readonly now: Date;
}

/** The kinds in the order in which a registrant meets them; each reminder has a line of its own. */
export function mailRows(event: Event, known: Known): MailRow[] {
  const of = (kind: CustomisableKind) => known.figures.filter((figure) => figure.kind === kind);
  const plain = (kind: CustomisableKind): MailRow => ({
    ...{ key: kind, kind, which: null, name: MAIL_KINDS[kind].label, reminder: null },
    ...summed(of(kind)),
  });
  return CUSTOMISABLE_KINDS.flatMap((kind) =>
    kind === 'reminder' ? reminderRows(event, known, of(kind)) : plain(kind),
  );
}

function reminderRows(event: Event, { runs, now }: Known, figures: readonly MailFigure[]): MailRow[] {
  const present = reminders(event).map(({ minutesBefore, dueAt }): MailRow => {
    const dedupeKey = reminderDedupeKey(event, minutesBefore);
    const run = runs.find((one) => one.minutesBefore === minutesBefore);
    return {
      key: `reminder-${minutesBefore}`,
      kind: 'reminder',
      which: String(minutesBefore),
      name: reminderName(minutesBefore),
      reminder: run
        ? run.skipped
          ? { type: 'skipped', dueAt }
          : { type: 'sent', begunAt: run.begunAt }
        : { type: stateWithoutRun(event, dueAt, now), dueAt },
      ...summed(figures.filter((figure) => figure.dedupeKey === dedupeKey)),
    };
  });
  const known = new Set(event.reminderMinutes.map((minutes) => reminderDedupeKey(event, minutes)));
  const earlier = figures.filter(({ dedupeKey }) => !known.has(dedupeKey ?? ''));
  return [
    ...(present.length > 0
      ? present
      : [
          {
            ...{
              key: 'reminder',
              kind: 'reminder' as const,
              which: null,
              name: MAIL_KINDS.reminder.label,
              reminder: null,
            },
            ...summed([]),
          },
        ]),
    ...(earlier.length > 0
      ? [
          {
            ...{ key: `reminder-${EARLIER}`, kind: 'reminder' as const, which: EARLIER, reminder: null },
            name: reminderName(EARLIER),
            ...summed(earlier),
          },
        ]
      : []),
  ];
}

function stateWithoutRun(event: Event, dueAt: Date, now: Date): 'cancelled' | 'ahead' | 'due' | 'missed' {
  if (event.cancelledAt) return 'cancelled';
  if (dueAt > now) return 'ahead';
  return eventPhase(event, now) === 'ended' ? 'missed' : 'due';
}

function summed(figures: readonly MailFigure[]): Pick<MailRow, 'counts' | 'lastAcceptedAt'> {
  const counts = MESSAGE_STATUSES.flatMap((status) => {
    const count = figures.filter((one) => one.status === status).reduce((sum, one) => sum + one.count, 0);
    return count > 0 ? [{ status, count }] : [];
  });
  const times = figures.flatMap(({ lastAcceptedAt }) => lastAcceptedAt ?? []);
  return { counts, lastAcceptedAt: times.sort((a, b) => b.getTime() - a.getTime())[0] ?? null };
}

const UNITS = [
  { name: 'day', minutes: 24 * 60 },
  { name: 'hour', minutes: 60 },
  { name: 'minute', minutes: 1 },
] as const;

/** `1 day`, `90 minutes`, `36 hours`: in the largest unit that it is a whole number of. */
export function durationText(minutes: number): string {
  const unit = UNITS.find((one) => minutes % one.minutes === 0) ?? UNITS[2];
  const count = minutes / unit.minutes;
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`;
}
