/** An error as Postmark's API answers it (postmarkapp.com/developer/api/overview#error-codes). */
export interface ApiError {
  readonly ErrorCode: number;
  readonly Message: string;
}

export interface ParsedAttachment {
  readonly Name: string;
  readonly ContentType: string;
  /** Base64; null where bodies are not kept. */
  readonly Content: string | null;
}

/** A mail of a request as it came, lenient: what is missing or of a wrong type is empty. */
export interface ParsedMail {
  readonly from: string;
  readonly to: string;
  readonly replyTo: string | null;
  readonly subject: string;
  readonly html: string | null;
  readonly text: string | null;
  readonly messageStream: string;
  readonly tag: string | null;
  readonly trackOpens: boolean | null;
  readonly trackLinks: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly attachments: readonly ParsedAttachment[];
}

export type RawMail = Readonly<Record<string, unknown>>;

/** What an account allows. */
export interface Rules {
  /** Domains one may send from; null: any. */
  readonly confirmedDomains: ReadonlySet<string> | null;
  /** Addresses that bounced or complained before. */
  readonly inactive: ReadonlySet<string>;
  readonly streams: ReadonlySet<string>;
}

/** "Mailbox" and "Domain" of postmarkapp.com/support/article/1180-what-does-errorcode-300-mean. */
const MAILBOX = /^[a-z0-9.!#$%&'`*+\-/=^_{}|~]+$/i;
const DOMAIN = /^((\.)?[a-zA-Z0-9-])+$/;
/** postmarkapp.com/support/article/1056-what-file-types-can-i-send-as-attachments-in-an-email, some of them. */
const FORBIDDEN = /\.(?:exe|bat|com|vbs|js|msi|scr|jar)$/i;
/** postmarkapp.com/support/article/1125-custom-metadata-faq */
const MOST_METADATA = 10;
const LONGEST_KEY = 20;
const LONGEST_VALUE = 80;

export function parseMail(raw: RawMail): ParsedMail {
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  const list = (value: unknown): RawMail[] => (Array.isArray(value) ? value : []);
  return {
    from: text(raw.From) ?? '',
    to: text(raw.To) ?? '',
    replyTo: text(raw.ReplyTo),
    subject: text(raw.Subject) ?? '',
    html: text(raw.HtmlBody),
    text: text(raw.TextBody),
    messageStream: text(raw.MessageStream) ?? 'outbound',
    tag: text(raw.Tag),
    trackOpens: typeof raw.TrackOpens === 'boolean' ? raw.TrackOpens : null,
    trackLinks: text(raw.TrackLinks),
    headers: Object.fromEntries(list(raw.Headers).map(({ Name, Value }) => [String(Name), String(Value)])),
    metadata: Object.fromEntries(
      Object.entries((raw.Metadata ?? {}) as RawMail).map(([key, value]) => [key, String(value)]),
    ),
    attachments: list(raw.Attachments).map(({ Name, ContentType, Content }) => ({
      Name: String(Name),
      ContentType: String(ContentType),
      Content: text(Content),
    })),
  };
}

/** Why a mail is not taken; null: it is. */
export function refusalOf(mail: ParsedMail, { confirmedDomains, inactive, streams }: Rules): ApiError | null {
  const invalid = (Message: string) => ({ ErrorCode: 300, Message });
  if (!mail.from) return invalid("Invalid 'From' value.");
  if (!mail.to) return invalid('Zero recipients specified');
  const from = bareAddress(mail.from);
  const to = bareAddress(mail.to);
  for (const [field, address] of [
    ['From', from],
    ['To', to],
  ] as const) {
    const [mailbox = '', domain, more] = address.split('@');
    if (domain === undefined || more !== undefined)
      return invalid(`Invalid '${field}' address: '${address}'.`);
    if (!DOMAIN.test(domain))
      return invalid(`Error parsing '${field}': Illegal email domain '${domain}' in address '${address}'.`);
    if (!MAILBOX.test(mailbox))
      return invalid(`Error parsing '${field}': Illegal email mailbox '${mailbox}' in address '${address}'.`);
  }
  if (mail.html === null && mail.text === null)
    return invalid('Provide either email TextBody or HtmlBody or both.');
  const metadata = Object.entries(mail.metadata);
  if (
    metadata.length > MOST_METADATA ||
    metadata.some(([key, value]) => key.length > LONGEST_KEY || value.length > LONGEST_VALUE)
  )
    return invalid('Invalid metadata content.');
  if (!streams.has(mail.messageStream))
    return {
      ErrorCode: 1235,
      Message: `The 'MessageStream' provided does not exist on this server: '${mail.messageStream}'.`,
    };
  const forbidden = mail.attachments.find(({ Name }) => FORBIDDEN.test(Name));
  if (forbidden) return { ErrorCode: 411, Message: `Forbidden attachment type: ${forbidden.Name}` };
  if (confirmedDomains && !confirmedDomains.has(from.slice(from.indexOf('@') + 1)))
    return {
      ErrorCode: 400,
      Message: `The 'From' address you supplied (${from}) is not a Sender Signature on your account. Please add and confirm this address in order to be able to use it in the 'From' field of your messages.`,
    };
  if (inactive.has(to.toLowerCase()))
    return {
      ErrorCode: 406,
      Message: `You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: ${to.toLowerCase()}. Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a manual suppression.`,
    };
  return null;
}

export function bareAddress(text: string): string {
  return /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text.trim();
}
