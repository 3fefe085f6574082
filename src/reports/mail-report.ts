import type { BounceAddresses } from '../domain/bounce-address.ts';
import type { ReportedEvent } from '../domain/delivery/refusal.ts';
import { shorten, singleLine } from '../lib/clean-text.ts';
import { divideWords, isBounceInWords, readBounceInWords } from './bounce-in-words.ts';
import { type Field, fieldValue, readFieldGroups, worstRecipient } from './delivery-status.ts';
import { reportedMessageId } from './mail-report-message-id.ts';
import { type OpenedMail, openMail, returnedHead } from './mail-report-parts.ts';

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
 * read is `other`.
 *
 * Reports come first: Exim and Gmail mark theirs `Auto-Submitted: auto-replied`, as an out-of-office reply
 * is.
 */
export async function readMailReport(
  raw: Uint8Array,
  bounceAddresses: BounceAddresses | null = null,
): Promise<MailReport> {
  const mail = await openMail(raw);
  if (!mail) return { type: 'other', ...SAYS_NOTHING, messageId: null, occurredAt: null };
  const said = divideWords(mail.text);
  const returned = returnedHead(mail, said.returned);
  const about = (fields: readonly Field[]) => ({
    messageId: reportedMessageId(returned, fields, mail, bounceAddresses),
    occurredAt: firstDate(mail.header('date'), fieldValue(fields, 'arrival-date')),
  });

  const isReport = mail.has(DELIVERY_STATUS) || reportType(mail) === 'delivery-status';
  if (mail.has(FEEDBACK) || reportType(mail) === 'feedback-report') {
    const fields = mail.fieldGroups(FEEDBACK).flat();
    const complained = /^(?:abuse|fraud)$/i.test(fieldValue(fields, 'feedback-type'));
    return { type: 'feedback', ...SAYS_NOTHING, event: complained ? 'complained' : null, ...about(fields) };
  }
  // Outlook.com's complaints (its Junk Mail Reporting Program) are a format of their own.
  if (fieldValue(returned, 'x-hmxmroriginalrecipient') !== '')
    return { type: 'feedback', ...SAYS_NOTHING, event: 'complained', ...about([]) };
  const isBounce = isReport || (!isReplyOfPerson(mail) && isBounceInWords(mail, said.text, returned));
  if (isBounce) {
    const attachedGroups = mail.fieldGroups(DELIVERY_STATUS);
    // Some servers write the fields among their words, or divide their parts wrongly.
    const groups = attachedGroups.length > 0 ? attachedGroups : fieldsInWords(said.text);
    const worst = worstRecipient(groups, said.text);
    const found = about(groups.flat());
    if (worst && (worst.event !== null || isReport)) {
      const { event, status, diagnostic } = worst;
      const occurredAt = firstDate(worst.lastAttempt) ?? found.occurredAt;
      return { type: 'delivery_status', ...found, event, status, diagnostic: clean(diagnostic), occurredAt };
    }
    if (!isBounceInWords(mail, said.text, returned))
      return { type: 'delivery_status', ...SAYS_NOTHING, ...found };
    const { event, status, diagnostic } = readBounceInWords(mail, said.text);
    return { type: 'delivery_status', ...found, event, status, diagnostic: clean(diagnostic) };
  }
  const type = isAutomaticReply(mail) ? 'auto_reply' : 'other';
  return { type, ...SAYS_NOTHING, ...about(mail.fieldGroups(DISPOSITION).flat()) };
}

/** Groups of fields about a recipient (RFC 3464) that stand in a text. */
function fieldsInWords(text: string): Field[][] {
  return readFieldGroups(text).filter((group) =>
    group.some(({ name }) => name === 'action' || name === 'final-recipient' || name === 'diagnostic-code'),
  );
}

const SAYS_NOTHING = { event: null, status: null, diagnostic: null } as const;

function reportType(mail: OpenedMail): string | undefined {
  return /;\s*report-type\s*=\s*"?([\w-]+)/i.exec(mail.header('content-type'))?.[1]?.toLowerCase();
}

/** Marks and words that only replies for a person carry: servers' reports are `Auto-Submitted`, too. */
function isReplyOfPerson(mail: OpenedMail): boolean {
  return (
    mail.has(DISPOSITION) ||
    reportType(mail) === 'disposition-notification' ||
    mail.header('x-autoreply') !== '' ||
    mail.header('x-autorespond') !== '' ||
    /^(?:auto[-_]?reply|vacation)$/i.test(mail.header('precedence')) ||
    /^(?:re: *)?(?:auto(?:matic|mated)?[-_ ]*(?:reply|response|responder|antwort)|out[- ]of[- ](?:the )?office|abwesen|vacation|absence|réponse automatique|respuesta automática|resposta automática|risposta automatica|自動応答|自动回复)/i.test(
      mail.header('subject'),
    )
  );
}

function isAutomaticReply(mail: OpenedMail): boolean {
  return isReplyOfPerson(mail) || /^auto-/i.test(mail.header('auto-submitted'));
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
