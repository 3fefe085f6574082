import { type Answer, failure, refusal } from './answers.ts';

export interface ParsedAttachment {
  readonly filename: string | null;
  readonly contentType: string | null;
  readonly contentId: string | null;
  /** Base64, as it came; null where it is a `path` to fetch, or where bodies are not kept. */
  readonly content: string | null;
}

/** A mail of a request as it came, lenient: what is missing or of a wrong type is empty. */
export interface ParsedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly html: string | null;
  readonly text: string | null;
  /** Sent as `[{ name, value }]`, kept as an object, which is how webhooks give them back. */
  readonly tags: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly ParsedAttachment[];
  readonly scheduledAt: string | null;
}

export type RawMail = Readonly<Record<string, unknown>>;

export interface AddressRules {
  /** Recipients' domains that are refused, as Resend does with example.com and test.com. */
  readonly refusedDomains: ReadonlySet<string>;
  /** Domains one may send from; null: any. */
  readonly verifiedDomains: ReadonlySet<string> | null;
}

const MOST_RECIPIENTS = 50;
const MOST_TAGS = 75;
const LARGEST_MB = 40;
/** No non-ASCII mailbox: django-anymail's docs/esps/resend.rst, "Limitations and quirks". */
const ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]+@([^\s@<>,;()]+\.[^\s@<>,;().]+)$/;
const NAME_AND_ADDRESS = /^[^<>\r\n]*<([^<>\s]+)>$/;
const TAG = /^[A-Za-z0-9_-]{1,256}$/;
const FORMAT =
  'The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.';

export function parseMail(raw: RawMail): ParsedMail {
  return {
    from: stringOr(raw.from, ''),
    to: listOf(raw.to),
    cc: listOf(raw.cc),
    bcc: listOf(raw.bcc),
    replyTo: listOf(raw.reply_to),
    subject: stringOr(raw.subject, ''),
    html: stringOr(raw.html, null),
    text: stringOr(raw.text, null),
    tags: Object.fromEntries(tagsOf(raw).map(({ name, value }) => [String(name), String(value)])),
    headers: (raw.headers ?? {}) as Record<string, string>,
    attachments: attachmentsOf(raw).map((attachment) => ({
      filename: stringOr(attachment.filename, null),
      contentType: stringOr(attachment.content_type, null),
      contentId: stringOr(attachment.content_id, null),
      content: stringOr(attachment.content, null),
    })),
    scheduledAt: stringOr(raw.scheduled_at, null),
  };
}

/**
 * Why a mail is refused, or null. Fields: https://resend.com/docs/api-reference/emails/send-email; tags:
 * https://resend.com/docs/dashboard/emails/tags; errors: https://resend.com/docs/api-reference/errors.
 */
export function refusalOf(raw: RawMail, mail: ParsedMail, rules: AddressRules): Answer | null {
  if (!mail.from) return refusal('missing_required_field', 'Missing `from` field.');
  if (mail.to.length === 0) return refusal('missing_required_field', 'Missing `to` field.');
  // A template brings its own subject and body.
  if (!raw.template && !mail.subject) return refusal('missing_required_field', 'Missing `subject` field.');
  if (!raw.template && mail.html === null && mail.text === null)
    return refusal('missing_required_field', 'Missing `html` or `text` field.');
  return badAddress(mail, rules) ?? badTag(raw) ?? badAttachment(raw) ?? tooLarge(mail);
}

function badAddress(mail: ParsedMail, { refusedDomains, verifiedDomains }: AddressRules): Answer | null {
  const sender = domainOf(mail.from);
  if (sender === null) return refusal('validation_error', `Invalid \`from\` field. ${FORMAT}`);
  for (const field of ['to', 'cc', 'bcc', 'replyTo'] as const) {
    const name = field === 'replyTo' ? 'reply_to' : field;
    if (mail[field].length > MOST_RECIPIENTS)
      return refusal('validation_error', `The \`${name}\` field must have at most ${MOST_RECIPIENTS} items.`);
    for (const address of mail[field]) {
      const domain = domainOf(address);
      if (domain === null) return refusal('validation_error', `Invalid \`${name}\` field. ${FORMAT}`);
      if (refusedDomains.has(domain) && field !== 'replyTo')
        return refusal(
          'validation_error',
          `Invalid \`${name}\` field. Please use our testing email address instead of domains like ` +
            `\`${domain}\`.`,
        );
    }
  }
  if (verifiedDomains && !verifiedDomains.has(sender)) {
    const message = `The ${sender} domain is not verified. Please, add and verify your domain.`;
    return failure({ status: 403, name: 'validation_error', message });
  }
  return null;
}

function badTag(raw: RawMail): Answer | null {
  const tags = tagsOf(raw);
  if (tags.length > MOST_TAGS)
    return refusal('validation_error', `The \`tags\` field must have at most ${MOST_TAGS} items.`);
  const good = ({ name, value }: RawMail) =>
    typeof name === 'string' && typeof value === 'string' && TAG.test(name) && TAG.test(value);
  return tags.every(good)
    ? null
    : refusal(
        'validation_error',
        'Tags should only contain ASCII letters, numbers, underscores, or dashes, 256 characters at most.',
      );
}

function badAttachment(raw: RawMail): Answer | null {
  const good = ({ content, path }: RawMail) => Boolean(content) || Boolean(path);
  return attachmentsOf(raw).every(good) ? null : refusal('invalid_attachment');
}

/**
 * https://resend.com/docs/dashboard/emails/attachments, "Attachment Limitations", whose words these are; the error's
 * name is not published.
 */
function tooLarge({ html, text, attachments }: ParsedMail): Answer | null {
  const parts = [html, text, ...attachments.map(({ content }) => content)];
  const size = parts.reduce((sum, part) => sum + Buffer.byteLength(part ?? ''), 0);
  const message = `Emails can be no larger than ${LARGEST_MB}MB (including attachments after Base64 encoding).`;
  return size > LARGEST_MB * 1024 * 1024 ? refusal('validation_error', message) : null;
}

function domainOf(address: string): string | null {
  const bare = NAME_AND_ADDRESS.exec(address)?.[1] ?? address;
  return ADDRESS.exec(bare)?.[1]?.toLowerCase() ?? null;
}

function listOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' && value !== '' ? [value] : [];
}

function tagsOf(raw: RawMail): RawMail[] {
  return Array.isArray(raw.tags) ? raw.tags : [];
}

function attachmentsOf(raw: RawMail): RawMail[] {
  return Array.isArray(raw.attachments) ? raw.attachments : [];
}

function stringOr<T>(value: unknown, other: T): string | T {
  return typeof value === 'string' ? value : other;
}
