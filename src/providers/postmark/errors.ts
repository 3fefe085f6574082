import { z } from 'zod';
import type { Outcome } from '../../domain/delivery/outcome.ts';
import { toldText } from '../told.ts';

/** What a refusal is about: of one mail in a call that was taken, or of a call as a whole. */
type About =
  /** Our account, or how we call: nothing goes out until a person has corrected it. */
  | 'account'
  /** Whom the mail comes from. */
  | 'sender'
  /** The address. */
  | 'recipient'
  /** The mail: it is not taken as it is. */
  | 'mail'
  /** Nobody: it is not taken now. */
  | 'later'
  /** We are too fast. */
  | 'rate';

/**
 * By Postmark's `ErrorCode` (postmarkapp.com/developer/api/overview#error-codes), as far as they are about sending. Several stand
 * behind one HTTP status, and 300 is told apart by its words.
 */
const ERROR_CODES: Readonly<Record<number, About>> = {
  /** Bad or missing API token. */
  10: 'account',
  /** Maintenance: the API is offline. */
  100: 'later',
  /** Sender signature not found, not confirmed. */
  ...{ 400: 'sender', 401: 'sender' },
  /** Invalid JSON, incompatible JSON. */
  ...{ 402: 'mail', 403: 'mail' },
  /** Not allowed to send: out of credits. */
  405: 'account',
  /** Inactive recipient: it bounced or complained before. */
  406: 'recipient',
  /** JSON required: our headers did not arrive. */
  409: 'account',
  /** Too many batch messages, forbidden attachment type. */
  ...{ 410: 'mail', 411: 'mail' },
  /** The account is pending, or may not send. */
  ...{ 412: 'account', 413: 'account' },
  429: 'rate',
};
const INVALID_EMAIL = 300;
/** The message stream: it is not there, is archived, or is of another kind. */
const isAboutStream = (code: number) => code >= 1_200 && code < 1_300;

/** By HTTP status, where no code is given: what a proxy in front of it says, or a base URL that leads elsewhere. */
const STATUSES: Readonly<Record<number, About>> = {
  ...{ 401: 'account', 403: 'account', 404: 'account', 405: 'account', 407: 'account' },
  408: 'later',
  429: 'rate',
};

const LONGEST_ERROR = 500;
export const UNTOLD = 'Postmark took the call, but did not say what became of this mail.';

/** `ErrorCode` is missing of a mail that is accepted and delayed (github.com/anymail/django-anymail/issues/392). */
const item = z.looseObject({
  ErrorCode: z.coerce.number().catch(0),
  Message: z.string().catch(''),
  MessageID: z.string().catch(''),
});
type Item = z.infer<typeof item>;

/** What became of each of the `count` mails of a call, by the answer's body; null: it does not say so. */
export function readItems(body: unknown, count: number): readonly Item[] | null {
  const parsed = z.array(item).safeParse(body);
  // They stand in the order of the mails, which nobody can tell where some are missing.
  return parsed.success && parsed.data.length === count ? parsed.data : null;
}

export function itemOutcome({ ErrorCode, Message, MessageID }: Item): Outcome {
  if (ErrorCode === 0)
    return MessageID
      ? { type: 'accepted', providerMessageId: MessageID }
      : { type: 'outcome_unknown', error: UNTOLD };
  return refusedOutcome(aboutCode(ErrorCode, Message), errorText(ErrorCode, Message));
}

/** What it means that a call was refused as a whole. */
export type CallFailure =
  | { readonly type: 'outcome'; readonly outcome: Refused }
  /** Too fast: the same call again after a while; spends no attempt. */
  | { readonly type: 'wait' }
  /** Certainly not taken, for what may be the fault of one mail. */
  | { readonly type: 'bad_mail'; readonly outcome: Refused };

type Refused = Exclude<Outcome, { readonly type: 'accepted' }>;

export function callFailure(status: number, body: unknown): CallFailure {
  const said = item.safeParse(body);
  const { ErrorCode, Message } = said.success ? said.data : { ErrorCode: 0, Message: '' };
  const words = ErrorCode ? errorText(ErrorCode, Message) : `HTTP ${status}${Message && `: ${Message}`}`;
  const error = toldText(words, LONGEST_ERROR);
  const about = ErrorCode ? aboutCode(ErrorCode, Message) : aboutStatus(status);
  // Something broke there, or in front of it, unless it says that it is closed: the call may have been taken. So it may be where a
  // success cannot be read.
  if ((status >= 500 && about !== 'later') || (status >= 200 && status < 300))
    return { type: 'outcome', outcome: { type: 'outcome_unknown', error, unanswered: status >= 500 } };
  if (about === 'rate') return { type: 'wait' };
  const outcome = refusedOutcome(about, error);
  return about === 'mail' || about === 'recipient' || about === 'sender'
    ? { type: 'bad_mail', outcome }
    : { type: 'outcome', outcome };
}

/** The code of an answer that is an error; 0: there is none. */
export function errorCodeOf(body: unknown): number {
  const said = item.safeParse(body);
  return said.success ? said.data.ErrorCode : 0;
}

function aboutStatus(status: number): About {
  // It was moved: what answers is not Postmark's API.
  if (status < 400) return 'account';
  return STATUSES[status] ?? 'mail';
}

function aboutCode(code: number, message: string): About {
  if (code !== INVALID_EMAIL) return ERROR_CODES[code] ?? (isAboutStream(code) ? 'account' : 'mail');
  // "Invalid 'To' address: '…'.", "Error parsing 'To': Illegal email domain …", "Invalid 'From' address: …".
  const [, field] = /^(?:Invalid|Error parsing) '(To|From)'/i.exec(message) ?? [];
  if (!field) return 'mail';
  return field.toLowerCase() === 'to' ? 'recipient' : 'sender';
}

function refusedOutcome(about: About, error: string): Refused {
  switch (about) {
    case 'account':
      return { type: 'sender_rejected', error, scope: 'account' };
    case 'sender':
      return { type: 'sender_rejected', error, scope: 'sender_domain' };
    case 'recipient':
      return { type: 'bounced', error };
    case 'mail':
      return { type: 'failed', error };
    case 'later':
    case 'rate':
      return { type: 'retry', error };
  }
}

function errorText(code: number, message: string): string {
  return toldText(`${code}: ${message}`, LONGEST_ERROR);
}
