import { eventPath } from './alerts.ts';
import { type RefusalReason, refusalReason } from './delivery/refusal.ts';
import { FAN_OUT_KINDS, type FanOutKind, MAIL_KINDS } from './kinds.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A send has settled once something final is known of each of its mails, or so long after it began. */
export const SETTLED_AFTER_MS = HOUR;
/** Bounces come for days: so long a send is watched for them. */
export const WATCHED_MS = 72 * HOUR;
/** The team is told of bounces from this share of a send on, and from so many. */
const BOUNCED_SHARE = 0.05;
const FEWEST_BOUNCED = 2;
/** The commonest reasons that a digest names. */
const REASONS_NAMED = 5;
/** Kinds whose mails to many are a send with a digest: confirmations of an import cannot be told from those of single registrations. */
export const SEND_KINDS: readonly FanOutKind[] = FAN_OUT_KINDS.filter((kind) => kind !== 'confirmation');

/** What became of a send's mails. */
export interface SendFigures {
  readonly mails: number;
  /** Taken by the mail server or provider. */
  readonly sent: number;
  readonly delivered: number;
  readonly bounced: number;
  readonly failed: number;
  /** Still to be sent. */
  readonly waiting: number;
  /** Ended before anything was handed over. */
  readonly unsent: number;
  /** Nothing final is known of so many. */
  readonly open: number;
}

export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
}

/** What the team is told once a send has settled. */
export interface SendDigest extends SendFigures {
  readonly type: 'send';
  readonly eventId: string;
  readonly eventTitle: string;
  readonly timeZone: string;
  readonly kind: FanOutKind;
  /** ISO 8601 */
  readonly begunAt: string;
  /** Whether the transport says what was delivered. */
  readonly reportsDelivery: boolean;
  readonly reasons: readonly ReasonCount[];
}

/** And on the morning after an event. */
export interface EventDigest {
  readonly type: 'event';
  readonly eventId: string;
  readonly eventTitle: string;
  readonly registered: number;
  readonly delivered: number;
  readonly reportsDelivery: boolean;
  readonly joined: number;
  readonly missed: number;
  readonly bounced: number;
}

export type Digest = SendDigest | EventDigest;

/** Whether a send's digest is due. */
export function hasSettled(
  { mails, unsent, open }: Pick<SendFigures, 'mails' | 'unsent' | 'open'>,
  { ageMs, isUnderWay }: { readonly ageMs: number; readonly isUnderWay: boolean },
): boolean {
  // Of one that was cancelled, or that met nobody who may get it, there is nothing to say.
  if (mails === unsent) return false;
  return ageMs >= SETTLED_AFTER_MS || (open === 0 && !isUnderWay);
}

/** Whether so many mails of a send bounced that the team is told at once. */
export function bouncesMany({ mails, bounced }: Pick<SendFigures, 'mails' | 'bounced'>): boolean {
  return bounced >= FEWEST_BOUNCED && bounced > BOUNCED_SHARE * mails;
}

/** When a send is looked at again: the older it is, the less changes. Null: never. */
export function nextLookAt(begunAt: Date, now: Date): Date | null {
  const age = now.getTime() - begunAt.getTime();
  if (age > WATCHED_MS) return null;
  const untilSettled = SETTLED_AFTER_MS - age;
  const wait = Math.max(MINUTE, age / 6);
  return new Date(now.getTime() + (untilSettled > 0 ? Math.min(wait, Math.max(untilSettled, MINUTE)) : wait));
}

/** The commonest of what mail servers said: in our words, since theirs name people. */
export function commonestReasons(
  errors: readonly { readonly error: string; readonly count: number }[],
): readonly ReasonCount[] {
  const counts = new Map<RefusalReason, number>();
  for (const { error, count } of errors) {
    const reason = refusalReason({ status: null, words: error });
    counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return [...counts]
    .sort(([a, one], [b, other]) => other - one || a.localeCompare(b))
    .slice(0, REASONS_NAMED)
    .map(([reason, count]) => ({ reason: REASON_WORDS[reason], count }));
}

/** `the address does not exist (12), the mailbox is full (3)`; empty where nothing failed. */
export function writeReasons(reasons: readonly ReasonCount[]): string {
  return reasons.map(({ reason, count }) => `${reason} (${count.toLocaleString('en')})`).join(', ');
}

const REASON_WORDS: Readonly<Record<RefusalReason, string>> = {
  relaying: 'the server does not relay for us',
  login: 'the server wants us to log in',
  sender_address: 'the sender address was refused',
  sender_authentication: 'SPF, DKIM or DMARC failed',
  blocked: 'our address is on a block list',
  quota: 'the mail account has reached its limit',
  rate: 'too many mails at once',
  policy: 'refused by policy',
  content: 'taken for spam',
  too_large: 'the mail is too large',
  protocol: 'the server did not understand us',
  unclear: 'no clear reason',
  mailbox_full: 'the mailbox is full',
  temporary: 'a fault that passes',
  unknown_for_now: 'the domain was not found for days',
  unknown_address: 'the address does not exist',
  bad_address: 'the address is not valid',
  disabled: 'the mailbox is disabled',
  moved: 'the person has moved',
  unknown_domain: 'the domain does not exist',
  no_mail: 'the domain takes no mail',
};

/** The pages of the team that a digest leads to. */
export function digestPaths({ eventId }: Pick<Digest, 'eventId'>) {
  const people = (filter: string) => eventPath(eventId, `people?${filter}`);
  return {
    report: `/team/events/${eventId}`,
    mails: eventPath(eventId, 'mails'),
    bounced: people('emailStatus=bounced'),
    failed: people('emailStatus=failed'),
    missed: people('joined=false'),
  } as const;
}

/** What the webhook says: one line. */
export function digestLine(digest: Digest): string {
  const delivered = digest.reportsDelivery ? [count(digest.delivered, 'delivered')] : [];
  if (digest.type === 'event') {
    const { registered, joined, missed, bounced } = digest;
    return `“${digest.eventTitle}” is over: ${[
      count(registered, 'registered'),
      ...delivered,
      count(joined, 'joined'),
      count(missed, 'missed it'),
      count(bounced, 'bounced'),
    ].join(', ')}.`;
  }
  const { mails, sent, bounced, failed, waiting, unsent } = digest;
  const said = [
    count(sent, 'sent'),
    ...delivered,
    count(bounced, 'bounced'),
    count(failed, 'failed'),
    count(waiting, 'waiting'),
    ...(unsent > 0 ? [count(unsent, 'not sent')] : []),
  ].join(', ');
  return `${MAIL_KINDS[digest.kind].label} of “${digest.eventTitle}”: ${count(mails, mails === 1 ? 'mail' : 'mails')}, of them ${said}.`;
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}`;
}
