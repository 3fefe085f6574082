import type { MailFigure } from '../../db/event-mails.ts';
import { MESSAGE_STATUSES, type MessageStatus, statusRow } from '../../domain/delivery/status.ts';
import type { Event } from '../../domain/event.ts';
import { CUSTOMISABLE_KINDS, type CustomisableKind, MAIL_KINDS } from '../../domain/kinds.ts';
import { isTimedKind, type TimedKind, timedDedupeKey, timedRow } from '../../domain/schedule.ts';
import { type EventTimedMail, eventTimedMails, type TimedRecord } from '../../domain/timed-mail-state.ts';
import { durationText } from './duration-text.ts';

/** Which mails of a kind are meant: all; those of one timed mail, by its minutes; `earlier`: those of times or minutes that the event had. */
export type MailPart = number | 'earlier' | null;

/** The mails of a kind, or of one timed mail. */
export interface MailRow {
  readonly key: string;
  readonly kind: CustomisableKind;
  readonly part: MailPart;
  readonly name: string;
  /** Of a timed mail at the event's present times. */
  readonly timed: EventTimedMail | null;
  readonly counts: readonly { readonly status: MessageStatus; readonly count: number }[];
  /** How many are still to be sent. */
  readonly pending: number;
  readonly total: number;
  readonly lastAcceptedAt: Date | null;
}

/** An event's mails by what is to become of them. */
export interface MailsByState {
  /** Timed mails that were not sent yet, earliest first: also those that the team skipped. */
  readonly ahead: readonly (MailRow & { readonly timed: EventTimedMail })[];
  readonly goingOut: readonly MailRow[];
  /** What was sent, and timed mails that will not be. */
  readonly done: readonly MailRow[];
  /** Nothing of it was sent yet: it goes out when something happens. */
  readonly onOccasion: readonly MailRow[];
}

interface Known {
  readonly figures: readonly MailFigure[];
  /** Of the timed mails at the event's present times. */
  readonly records: readonly TimedRecord[];
  readonly now: Date;
}

const EARLIER: Readonly<Record<TimedKind, string>> = {
  reminder: 'Earlier reminders',
  nudge: 'Earlier nudges',
  follow_up_attended: 'Earlier follow-ups: attended',
  follow_up_missed: 'Earlier follow-ups: missed',
};

/** What a mail of the kind is called; `part`: the minutes of a timed mail. */
export function mailName(kind: CustomisableKind, part: MailPart): string {
  const { label } = MAIL_KINDS[kind];
  if (part === null || !isTimedKind(kind)) return label;
  return part === 'earlier' ? EARLIER[kind] : `${label}, ${timeText(kind, part)}`;
}

/** `1 hour before`, `30 minutes after the end`, `at the end`. */
function timeText(kind: TimedKind, minutes: number): string {
  const { anchor, side } = timedRow(kind);
  if (side === 'before') return `${durationText(minutes)} before`;
  const what = anchor === 'startsAt' ? 'the start' : 'the end';
  return minutes === 0 ? `at ${what}` : `${durationText(minutes)} after ${what}`;
}

export function mailsByState(event: Event, known: Known): MailsByState {
  const rows = mailRows(event, known);
  const isAhead = ({ timed }: MailRow) =>
    timed?.state === 'ahead' || timed?.state === 'due' || timed?.state === 'skipped';
  const rest = rows.filter((row) => !isAhead(row));
  return {
    ahead: rows
      .filter((row): row is MailsByState['ahead'][number] => row.timed !== null && isAhead(row))
      .sort((a, b) => a.timed.dueAt.getTime() - b.timed.dueAt.getTime()),
    goingOut: rest.filter(({ pending }) => pending > 0),
    done: rest.filter(({ pending, total, timed }) => pending === 0 && (total > 0 || timed !== null)),
    onOccasion: rest.filter(({ total, timed }) => total === 0 && timed === null),
  };
}

/** The kinds in the order in which a registrant meets them; each timed mail has a row of its own. */
function mailRows(event: Event, known: Known): MailRow[] {
  return CUSTOMISABLE_KINDS.flatMap((kind) => {
    const figures = known.figures.filter((figure) => figure.kind === kind);
    return isTimedKind(kind) ? timedRows(kind, event, known, figures) : rowOf(kind, null, figures);
  });
}

function timedRows(
  kind: TimedKind,
  event: Event,
  { records, now }: Known,
  figures: readonly MailFigure[],
): MailRow[] {
  const mails = eventTimedMails(event, records, now).filter((mail) => mail.kind === kind);
  const present = mails.map((mail) => {
    const dedupeKey = timedDedupeKey(mail);
    const own = figures.filter((figure) => figure.dedupeKey === dedupeKey);
    return rowOf(kind, mail.minutes, own, mail);
  });
  const known = new Set(mails.map(timedDedupeKey));
  const earlier = figures.filter(({ dedupeKey }) => !known.has(dedupeKey ?? ''));
  return [
    ...present,
    ...(earlier.length > 0 ? [rowOf(kind, 'earlier', earlier)] : []),
    ...(present.length + earlier.length === 0 ? [rowOf(kind, null, [])] : []),
  ];
}

function rowOf(
  kind: CustomisableKind,
  part: MailPart,
  figures: readonly MailFigure[],
  timed: EventTimedMail | null = null,
): MailRow {
  const counts = MESSAGE_STATUSES.flatMap((status) => {
    const count = figures.filter((one) => one.status === status).reduce((sum, one) => sum + one.count, 0);
    return count > 0 ? [{ status, count }] : [];
  });
  const times = figures.flatMap(({ lastAcceptedAt }) => lastAcceptedAt ?? []);
  return {
    ...{ key: part === null ? kind : `${kind}-${part}`, kind, part, name: mailName(kind, part), timed },
    counts,
    pending: sum(counts.filter(({ status }) => statusRow(status).pending !== null)),
    total: sum(counts),
    lastAcceptedAt: times.sort((a, b) => b.getTime() - a.getTime())[0] ?? null,
  };
}

function sum(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((all, { count }) => all + count, 0);
}
