import { type DeliveryEventType, type MessageStatus, statusRow } from '../../domain/delivery/status.ts';
import type { SuppressionReason, SuppressionScope } from '../../domain/suppression.ts';
import { STATUS_MEANINGS } from '../parts/status-badge.tsx';

/** What a message's history can tell: its own steps, the ends that are ours, and the delivery events. */
type TimelineType = MessageStatus | DeliveryEventType | 'attempt_failed' | 'outcome_unknown';

const EVENT_WORDS: Readonly<Record<TimelineType, string>> = {
  scheduled: 'It goes out later',
  queued: 'Made ready to go out',
  sending: 'Taken by a worker',
  sent: 'Taken by the mail server',
  delivered: 'Taken by the recipient’s mail server',
  opened: 'Its pictures were loaded',
  clicked: 'A link in it was followed',
  deferred: 'The recipient’s mail server asked to try again later',
  soft_bounced: 'It came back, perhaps only for now',
  bounced: 'It came back for good',
  complained: 'The recipient marked it as spam',
  dropped: 'It was not tried',
  failed: 'It was refused for good',
  attempt_failed: 'An attempt failed; it is tried again',
  outcome_unknown: 'The connection broke before the answer: it may or may not have gone out',
  unknown: 'It cannot be known whether it went out',
  not_sent: 'It was not sent',
};

/** Something that became known about a mail, in words. */
export function eventCustomTexts(type: string): string {
  return isTimelineType(type) ? EVENT_WORDS[type] : `The provider says: ${type.replace(/[._]/g, ' ')}`;
}

function isTimelineType(type: string): type is TimelineType {
  return Object.hasOwn(EVENT_WORDS, type);
}

/** What a server or provider said to it, in its own words. */
export function eventDetail(detail: Readonly<Record<string, string>>): string | null {
  return detail.error ?? detail.diagnostic ?? detail.message ?? detail.reason ?? null;
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/over ?quota|mailbox (?:is )?full|[45]\.2\.2/i, 'The mailbox is full.'],
  [/5\.1\.10|null ?mx/i, 'The part after the @ takes no mail at all.'],
  [
    /5\.1\.2|host (?:or domain name )?not found|domain (?:name )?(?:not found|does not exist)|nxdomain|no such (?:host|domain)/i,
    'The part after the @ leads to no mail server.',
  ],
  [
    /5\.1\.1|5\.1\.6|user (?:is )?unknown|unknown user|no such (?:user|mailbox|recipient)|does(?: not|n.t) exist|recipient (?:address )?rejected|mailbox (?:unavailable|not found)/i,
    'There is no mailbox with this address.',
  ],
  [
    /5\.7\.|spam|blocked|blacklist|reputation|policy/i,
    'The mail server’s rules refused it, not the address.',
  ],
  [/5\.3\.4|too (?:large|big)|message size/i, 'It was too large for the mail server.'],
];

/** Whether a status is one to act on. */
export function isTrouble(status: MessageStatus | null): status is MessageStatus {
  return status !== null && statusRow(status).problem;
}

/** Why mail does not arrive, as a sentence for people; `error` is what the servers said. */
export function reasonWords(status: MessageStatus, error: string | null): string {
  if (status === 'complained') return 'The recipient marked a mail as spam: reminders stop.';
  if (error && (status === 'bounced' || status === 'failed')) {
    const known = REASONS.find(([pattern]) => pattern.test(error));
    if (known) return known[1];
  }
  if (status === 'dropped' && error) return error;
  return STATUS_MEANINGS[status];
}

const SUPPRESSION_WORDS: Readonly<Record<SuppressionReason, string>> = {
  bounced: 'Mail to this address came back for good.',
  complained: 'The recipient marked a mail as spam.',
  soft_bounces: 'Five mails in a row came back.',
  provider: 'The mail provider keeps this address on a list of its own.',
  unsubscribed: 'The registrant stopped the reminders of this event.',
};

const SCOPE_WORDS: Readonly<Record<SuppressionScope, string>> = {
  all: 'No mail goes to it.',
  unrequested: 'Only mail that was asked for goes to it.',
  reminders: 'No reminders of this event go to it.',
};

export function suppressionWords(reason: SuppressionReason, scope: SuppressionScope): string {
  return `${SUPPRESSION_WORDS[reason]} ${SCOPE_WORDS[scope]}`;
}
