import type { Outcome, RejectedScope } from '../../domain/delivery/outcome.ts';
import { ABOUT_THE_ADDRESS } from '../../domain/enhanced-status.ts';

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
  if (handedOver && !answered) return { type: 'outcome_unknown', error };
  // The server offers no way to authenticate that we know.
  if (code === 'EAUTH' && !answered) return { type: 'sender_rejected', error, scope: 'account' };
  if (responseCode < 500) return { type: 'retry', error };

  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  // Before a recipient is named, and at the sender's name, it can only be about us.
  const beforeRecipient = command !== 'RCPT TO' && command !== 'DATA';
  const aboutUs = enhanced?.startsWith('5.7.') || responseCode === 530 || responseCode === 535;
  if (beforeRecipient || aboutUs)
    return { type: 'sender_rejected', error, scope: beforeRecipient ? 'account' : scopeOf(command) };
  if (enhanced && ABOUT_THE_ADDRESS.has(enhanced)) return { type: 'bounced', error };
  if (command === 'RCPT TO' && (enhanced ? enhanced === '5.5.0' : responseCode === 550))
    return { type: 'bounced', error };
  return { type: 'failed', error };
}

/** A server that refuses us once it knows the recipient speaks of that; after the data, of what the mail says. */
function scopeOf(command: string | undefined): RejectedScope {
  return command === 'DATA' ? 'content' : 'recipient';
}
