import type { Outcome } from '../../domain/delivery/outcome.ts';
import { meaningOf, refusalReason } from '../../domain/delivery/refusal.ts';

/** Anything but an acceptance. */
export type Refusal = Extract<
  Outcome,
  { type: 'retry' | 'outcome_unknown' | 'sender_rejected' | 'bounced' | 'failed' }
>;

/** What nodemailer says of a failed attempt (its `NodemailerError`), as far as it matters here. */
export interface SmtpFailure {
  /** nodemailer's word for the kind of failure: `EAUTH`, `EENVELOPE`, `ECONNECTION`, … */
  readonly code?: string | undefined;
  /** What the server was answering: `MAIL FROM`, `RCPT TO`, `DATA`, `CONN`, … */
  readonly command?: string | undefined;
  /** The server's answer, and the number it begins with; neither when it gave none. */
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly message: string;
}

const LONGEST_ERROR = 500;

/**
 * What a failure means for the mail. `handedOver`: its last byte had been passed on, so that without the server's
 * answer nobody knows whether it was taken.
 */
export function smtpOutcome(failure: SmtpFailure, handedOver: boolean): Refusal {
  const { code, command, response = '', responseCode = 0, message } = failure;
  const error = (response || message).slice(0, LONGEST_ERROR);
  // A lost connection, and also what is no answer to a mail: a 250 or 354 where none was due.
  const answered = responseCode >= 400;
  if (handedOver && !answered) return { type: 'outcome_unknown', error, unanswered: true };
  // The server offers no way to authenticate that we know.
  if (code === 'EAUTH' && !answered) return { type: 'sender_rejected', error, scope: 'account' };
  const follows = meaningOf(refusalReason({ status: null, words: response })).sending;
  const isOfRecipient = command === 'RCPT TO' || command === 'DATA';
  // Words about all our mail count whatever the code: Postfix refuses to relay with 454.
  const scope = isOfRecipient ? 'sender' : 'account';
  if (responseCode < 500) {
    const isOfUs = follows === 'sender_rejected' && (isOfRecipient || command === 'MAIL FROM');
    if (isOfUs) return { type: 'sender_rejected', error, scope };
    // Before it knows whom a mail goes to, a server that wants none now wants nobody's.
    const unanswered = !answered || !isOfRecipient;
    return { type: 'retry', error, ...(unanswered && { unanswered }) };
  }
  // Before a recipient is named, and at the sender's name, it can only be about us.
  if (!isOfRecipient) return { type: 'sender_rejected', error, scope };
  switch (follows) {
    case 'sender_rejected':
      return { type: 'sender_rejected', error, scope };
    case 'recipient_rejected':
      return { type: 'sender_rejected', error, scope: 'recipient' };
    // A server that refuses us once it knows the recipient speaks of that; after the data, of what the mail says.
    case 'stage_rejected':
      return { type: 'sender_rejected', error, scope: command === 'DATA' ? 'content' : 'recipient' };
    case 'retry':
      return { type: 'retry', error };
    case 'bounced':
      return { type: 'bounced', error };
    case 'failed':
      return { type: command === 'RCPT TO' && saysMailbox(response) ? 'bounced' : 'failed', error };
  }
}

/**
 * RFC 5321's number for a mailbox that is not there. To a recipient it counts where the words beside it speak of nobody and
 * nothing that may be ours.
 */
function saysMailbox(response: string): boolean {
  return /^550(?:[ -]5\.[05]\.0)?(?![ -]#?\d\.)/.test(response) && !SPEAKS_OF_US.test(response);
}

const SPEAKS_OF_US =
  /\b(?:you|yours?|we|our|us|sender|from|clients?|hosts?|servers?|ip|networks?|domains?|services?|sessions?|connections?|messages?|e-?mails?|mails?|content|transaction|system|site|limit|error code)\b|\d+\.\d+\.\d+\.\d+|https?:/i;
