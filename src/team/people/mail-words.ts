import { type DeliveryEventType, type MessageStatus, statusRow } from '../../domain/delivery/status.ts';
import type { SuppressionReason, SuppressionScope } from '../../domain/suppression.ts';
import { STATUS_MEANINGS } from '../parts/status-badge.tsx';

/** What a message's history can tell: its own steps, the ends that are ours, and the delivery events. */
type TimelineType =
  | MessageStatus
  | DeliveryEventType
  | 'attempt_failed'
  | 'outcome_unknown'
  | 'link_opened_by_machine';

const EVENT_WORDS: Readonly<Record<TimelineType, string>> = {
  scheduled: 'Scheduled',
  queued: 'Queued',
  sending: 'Sending',
  sent: 'Accepted by the mail server',
  delivered: 'Delivered to the recipient’s mail server',
  opened: 'Opened: its images were loaded',
  clicked: 'A link in it was opened',
  deferred: 'The recipient’s mail server asked to try again later',
  soft_bounced: 'Rejected, perhaps temporarily',
  bounced: 'Rejected permanently',
  complained: 'Marked as spam by the recipient',
  dropped: 'Not sent: this address is blocked',
  failed: 'Rejected permanently',
  attempt_failed: 'An attempt failed; it will be tried again',
  outcome_unknown: 'The connection broke before the answer: it may or may not have been sent',
  unknown: 'It is not known whether it was sent',
  not_sent: 'Not sent',
  link_opened_by_machine: 'A machine opened the link',
};

/** Something that became known about a mail, in words. */
export function eventCustomTexts(type: string, detail: Readonly<Record<string, string>> = {}): string {
  if (type === 'link_opened_by_machine' && detail.message) return detail.message;
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
  [/5\.1\.10|null ?mx/i, '{domain} does not accept mail.'],
  [
    /5\.1\.2|host (?:or domain name )?not found|domain (?:name )?(?:not found|does not exist)|nxdomain|no such (?:host|domain)/i,
    '{domain} does not exist.',
  ],
  [
    /5\.1\.1|5\.1\.6|user (?:is )?unknown|unknown user|no such (?:user|mailbox|recipient)|does(?: not|n.t) exist|recipient (?:address )?rejected|mailbox (?:unavailable|not found)/i,
    'There is no mailbox with this address.',
  ],
  [
    /5\.7\.|spam|blocked|blacklist|reputation|policy/i,
    'The mail server rejected it because of its rules, not because of the address.',
  ],
  [/5\.3\.4|too (?:large|big)|message size/i, 'It was too large for the mail server.'],
];

/** Whether a status is one to act on. */
export function isTrouble(status: MessageStatus | null): status is MessageStatus {
  return status !== null && statusRow(status).problem;
}

/** Why mail to `email` does not arrive, as a sentence for people; `error` is what the servers said. */
export function reasonWords(status: MessageStatus, error: string | null, email: string): string {
  if (status === 'complained') return 'The recipient marked a mail as spam. Reminders are stopped.';
  if (error && (status === 'bounced' || status === 'failed')) {
    const known = REASONS.find(([pattern]) => pattern.test(error));
    if (known) return known[1].replace('{domain}', `The domain ${email.slice(email.lastIndexOf('@') + 1)}`);
  }
  if (status === 'dropped' && error) return error;
  return STATUS_MEANINGS[status];
}

const SUPPRESSION_WORDS: Readonly<Record<SuppressionReason, string>> = {
  bounced: 'Mail to this address was rejected permanently.',
  complained: 'The recipient marked a mail as spam.',
  soft_bounces: 'Five mails in a row were rejected.',
  provider: 'The mail provider blocks this address.',
  unsubscribed: 'The registrant turned off the optional mails of this event.',
};

const SCOPE_WORDS: Readonly<Record<SuppressionScope, string>> = {
  all: 'It gets no mail.',
  unrequested: 'It gets only mail that the person asks for.',
  reminders: 'It gets no reminders and no other optional mails of this event.',
};

export function suppressionWords(reason: SuppressionReason, scope: SuppressionScope): string {
  return `${SUPPRESSION_WORDS[reason]} ${SCOPE_WORDS[scope]}`;
}
