import type { BounceAddresses } from '../domain/bounce-address.ts';
import type { ReportedEvent } from '../domain/enhanced-status.ts';
import { shorten, singleLine } from '../lib/clean-text.ts';
import { type Field, fieldValue, worstRecipient } from './delivery-status.ts';
import { reportedMessageId } from './mail-report-message-id.ts';
import { type OpenedMail, openMail, returnedHead } from './mail-report-parts.ts';
import { readPlainBounce } from './mail-report-plain.ts';

export type ReportEvent = ReportedEvent | 'complained';

export interface MailReport {
  readonly type: 'delivery_status' | 'feedback' | 'auto_reply' | 'other';
  /** Our message's id (a UUID, lower case), or null when the mail names none of ours. */
  readonly messageId: string | null;
  /** Null: says nothing about delivery. */
  readonly event: ReportEvent | null;
  /** The enhanced status code (RFC 3463) that says most, `5.1.1` say. */
  readonly status: string | null;
  /** The words of the server that refused the mail, in one line of 500 characters at most. */
  readonly diagnostic: string | null;
  /** When it happened, as far as the mail says so. */
  readonly occurredAt: Date | null;
}

const LONGEST_DIAGNOSTIC = 500;
const DELIVERY_STATUS = ['message/delivery-status', 'message/global-delivery-status'];
const FEEDBACK = ['message/feedback-report'];
const DISPOSITION = ['message/disposition-notification', 'message/global-disposition-notification'];

/**
 * What a mail says about a mail of ours: a delivery report (RFC 3464, RFC 6533), a complaint (ARF, RFC 5965),
 * a plain bounce, an automatic answer (RFC 3834, RFC 8098) or something else. Never rejects: what cannot be
 * read is `other`. `ourDomain`: that of MAIL_FROM.
 *
 * Reports come first: Exim and Gmail mark theirs `Auto-Submitted: auto-replied`, as an out-of-office reply
 * is.
 */
export async function readMailReport(
  raw: Uint8Array,
  ourDomain: string,
  bounceAddresses: BounceAddresses | null = null,
): Promise<MailReport> {
  const mail = await openMail(raw);
  if (!mail) return { type: 'other', ...SAYS_NOTHING, messageId: null, occurredAt: null };
  const returned = returnedHead(mail);
  const about = (fields: readonly Field[], head = returned) => ({
    messageId: reportedMessageId(head, fields, mail, ourDomain, bounceAddresses),
    occurredAt: firstDate(mail.header('date'), fieldValue(fields, 'arrival-date')),
  });

  if (mail.has(DELIVERY_STATUS) || reportType(mail) === 'delivery-status') {
    const groups = mail.fieldGroups(DELIVERY_STATUS);
    const worst = worstRecipient(groups);
    const found = about(groups.flat());
    if (!worst) return { type: 'delivery_status', ...SAYS_NOTHING, ...found };
    const { event, status } = worst;
    const occurredAt = firstDate(worst.lastAttempt) ?? found.occurredAt;
    return {
      type: 'delivery_status',
      ...found,
      event,
      status,
      diagnostic: clean(worst.diagnostic),
      occurredAt,
    };
  }
  if (mail.has(FEEDBACK) || reportType(mail) === 'feedback-report') {
    const fields = mail.fieldGroups(FEEDBACK).flat();
    const complained = /^(?:abuse|fraud)$/i.test(fieldValue(fields, 'feedback-type'));
    return { type: 'feedback', ...SAYS_NOTHING, event: complained ? 'complained' : null, ...about(fields) };
  }
  const plain = readPlainBounce(mail);
  if (plain) {
    const { event, status } = plain;
    const found = about([], plain.returned);
    return { type: 'delivery_status', ...found, event, status, diagnostic: clean(plain.diagnostic) };
  }
  const type = isAutomaticReply(mail) ? 'auto_reply' : 'other';
  return { type, ...SAYS_NOTHING, ...about(mail.fieldGroups(DISPOSITION).flat()) };
}

const SAYS_NOTHING = { event: null, status: null, diagnostic: null } as const;

function reportType(mail: OpenedMail): string | undefined {
  return /;\s*report-type\s*=\s*"?([\w-]+)/i.exec(mail.header('content-type'))?.[1]?.toLowerCase();
}

function isAutomaticReply(mail: OpenedMail): boolean {
  return (
    mail.has(DISPOSITION) ||
    reportType(mail) === 'disposition-notification' ||
    /^auto-/i.test(mail.header('auto-submitted')) ||
    mail.header('x-autoreply') !== '' ||
    mail.header('x-autorespond') !== '' ||
    /^(?:auto[-_]?reply|vacation)$/i.test(mail.header('precedence'))
  );
}

function clean(diagnostic: string): string | null {
  // The field begins with the kind of server that spoke: `smtp; 550 …`.
  const words = singleLine(diagnostic.replace(/^\s*(?:smtp|x-[\w-]+|lmtp|dns)\s*;/i, ''));
  return words === '' ? null : shorten(words, LONGEST_DIAGNOSTIC);
}

/**
 * The first that is a date as RFC 5322 writes it. `Date` alone takes nearly anything with a number in it, and
 * a date without a zone for one in ours. `Arrival-Date`, when the mail came to the server, comes after the
 * report's own.
 */
function firstDate(...texts: readonly string[]): Date | null {
  for (const text of texts) {
    const written = RFC_5322_DATE.exec(text)?.[0];
    const date = new Date(written ?? Number.NaN);
    if (!Number.isNaN(date.getTime())) return date;
  }
  return null;
}

const RFC_5322_DATE =
  /\d{1,2}\s+[A-Z][a-z]{2}\s+(?:19|20)\d\d\s+\d\d?:\d\d(?::\d\d)?\s+(?:[+-]\d{4}|UTC?|GMT|[ECMP][DS]T)\b/i;
