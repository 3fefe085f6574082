import { type Answer, ok, refusal } from './answers.ts';
import type { ParsedMail } from './mail.ts';

export type LastEvent =
  | 'bounced'
  | 'canceled'
  | 'clicked'
  | 'complained'
  | 'delivered'
  | 'delivery_delayed'
  | 'failed'
  | 'opened'
  | 'queued'
  | 'scheduled'
  | 'sent'
  | 'suppressed';

/** A mail that counts as taken: what a ledger is compared with. */
export interface AcceptedMail extends ParsedMail {
  readonly id: string;
  /** The RFC 5322 one. The provider makes it: a Message-ID among the mail's headers does not become it. */
  readonly messageId: string;
  readonly idempotencyKey: string | null;
  /** When it was accepted, by the stand-in's clock. */
  readonly at: number;
  /** What reading it back says; `sendEvents` moves it, a test may set it. */
  lastEvent: LastEvent;
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const MOST = 100;

/** https://resend.com/docs/api-reference/emails/retrieve-email and the SDK's GetEmailResponseSuccess. */
export function readEmail(accepted: readonly AcceptedMail[], id: string): Answer {
  if (!UUID.test(id)) return refusal('invalid_parameter');
  const mail = accepted.find((one) => one.id === id);
  if (!mail) return refusal('not_found', 'Email not found.');
  const tags = Object.entries(mail.tags).map(([name, value]) => ({ name, value }));
  return ok({
    object: 'email',
    ...listed(mail),
    html: mail.html,
    text: mail.text,
    ...(tags.length > 0 && { tags }),
  });
}

/**
 * Newest first: https://resend.com/docs/api-reference/emails/list-emails. `after` goes on to older ones,
 * `before` back to newer ones, the named one excluded: https://resend.com/docs/api-reference/pagination.
 */
export function listEmails(accepted: readonly AcceptedMail[], query: URLSearchParams): Answer {
  const limit = Number(query.get('limit') ?? 20);
  const after = query.get('after');
  const before = query.get('before');
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    return refusal('invalid_parameter', `The \`limit\` parameter must be a number between 1 and ${MOST}.`);
  if (after !== null && before !== null)
    return refusal('invalid_parameter', 'The `after` and `before` parameters exclude each other.');
  const cursor = after ?? before;
  const at = cursor === null ? accepted.length : accepted.findIndex(({ id }) => id === cursor);
  if (at < 0) return refusal('invalid_parameter', 'The cursor must be the id of an email.');
  // `accepted` is oldest first, so an older page lies to the left of its cursor.
  const [from, to] =
    before === null ? [Math.max(0, at - limit), at] : [at + 1, Math.min(accepted.length, at + 1 + limit)];
  const more = before === null ? from > 0 : to < accepted.length;
  return ok({ object: 'list', has_more: more, data: accepted.slice(from, to).reverse().map(listed) });
}

/** `2027-01-15T17:00:00.000000+00:00`: how Resend writes a mail's own time, unlike an event's. */
export function mailTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '000+00:00');
}

function listed(mail: AcceptedMail) {
  return {
    id: mail.id,
    message_id: mail.messageId,
    from: mail.from,
    to: mail.to,
    cc: orNull(mail.cc),
    bcc: orNull(mail.bcc),
    reply_to: orNull(mail.replyTo),
    subject: mail.subject,
    created_at: mailTime(mail.at),
    last_event: mail.lastEvent,
    scheduled_at: mail.scheduledAt,
  };
}

function orNull(list: readonly string[]): readonly string[] | null {
  return list.length > 0 ? list : null;
}
