/** What a recipient's mail server, or its reader, may answer a mail with: for trying out what follows in development. */
interface AnswerRow {
  /** On its button. */
  readonly label: string;
  /** What the message's status becomes. */
  readonly status: 'bounced' | 'deferred' | 'failed' | 'complained' | 'opened';
  /** The mail has not been delivered: the inbox, which tells each as delivered, has to take that back. */
  readonly isBeforeDelivery?: true;
  /** Of a delivery report (RFC 3464): the status code, and what the server said. Null: another kind of answer. */
  readonly reply: { readonly code: string; readonly words: (to: string) => string } | null;
}

/** Every one of them; pages, the inbox and the intake derive from it. */
export const ANSWERS = {
  no_mailbox: {
    label: 'No such mailbox',
    status: 'bounced',
    reply: {
      code: '5.1.1',
      words: (to) => `smtp; 550 5.1.1 <${to}>: Recipient address rejected: User unknown`,
    },
  },
  bad_domain: {
    label: 'Domain does not exist',
    status: 'bounced',
    reply: {
      code: '5.4.4',
      words: (to) =>
        `X-Postfix; Host or domain name not found. Name service error for name=${domainOf(to)} type=MX: Host not found`,
    },
  },
  full: {
    label: 'Mailbox full',
    status: 'deferred',
    isBeforeDelivery: true,
    reply: { code: '5.2.2', words: () => 'smtp; 552 5.2.2 Mailbox full: over quota' },
  },
  refused: {
    label: 'Content refused',
    status: 'failed',
    reply: { code: '5.7.1', words: () => 'smtp; 550 5.7.1 Message rejected as spam by content filtering' },
  },
  spam: { label: 'Marked as spam', status: 'complained', reply: null },
  opened: { label: 'Opened', status: 'opened', reply: null },
} as const satisfies Record<string, AnswerRow>;

export type AnswerName = keyof typeof ANSWERS;
export const ANSWER_NAMES = Object.keys(ANSWERS) as readonly AnswerName[];
/** Those that come back as a mail; that a mail was opened is told otherwise. */
export type ReportName = Exclude<AnswerName, 'opened'>;

/** Whether the mail has not been delivered where this is the answer. */
export function isBeforeDelivery(name: AnswerName): boolean {
  const row: AnswerRow = ANSWERS[name];
  return row.isBeforeDelivery === true;
}

export interface AnsweredMail {
  /** With its domain, without brackets. */
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** Whom the report goes to: the mail's envelope sender. */
  readonly returnPath: string;
}

/**
 * The mail that a mail server sends back: a delivery report (RFC 3464), or for `spam` a feedback report (ARF, RFC 5965), with the head of the
 * mail that it is about. Its addresses are ASCII, or the whole is for servers that speak SMTPUTF8.
 */
export function writeReport(name: ReportName, mail: AnsweredMail, at: Date): string {
  const { reply } = ANSWERS[name];
  const server = `mx.${domainOf(mail.to)}`;
  const date = at.toUTCString().replace('GMT', '+0000');
  const parts = reply
    ? [
        textPart(`Your mail to ${mail.to} could not be delivered.\r\n\r\n${reply.words(mail.to)}`),
        part('message/delivery-status', [
          `Reporting-MTA: dns; ${server}`,
          `Arrival-Date: ${date}`,
          '',
          `Final-Recipient: rfc822; ${mail.to}`,
          'Action: failed',
          `Status: ${reply.code}`,
          `Diagnostic-Code: ${reply.words(mail.to)}`,
          `Last-Attempt-Date: ${date}`,
        ]),
      ]
    : [
        textPart(`${mail.to} marked this mail as spam.`),
        part('message/feedback-report', [
          'Feedback-Type: abuse',
          'User-Agent: access-mail/1.0',
          'Version: 1',
          `Original-Rcpt-To: <${mail.to}>`,
          `Arrival-Date: ${date}`,
        ]),
      ];
  const returned = part('text/rfc822-headers', [
    `From: <${mail.from}>`,
    `To: <${mail.to}>`,
    `Subject: ${inAscii(mail.subject)}`,
    `Message-ID: <${mail.messageId}>`,
  ]);
  const boundary = `report-${name}-${mail.messageId.replace(/[^\w-]/g, '.')}`;
  const head = [
    `From: Mail Delivery System <${reply ? 'MAILER-DAEMON' : 'feedback'}@${server}>`,
    `To: <${mail.returnPath}>`,
    `Subject: ${reply ? 'Undelivered Mail Returned to Sender' : 'Abuse report'}`,
    `Date: ${date}`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=${reply ? 'delivery-status' : 'feedback-report'}; boundary="${boundary}"`,
  ];
  const body = [...parts, returned].map((one) => `--${boundary}\r\n${one}\r\n`).join('');
  return `${head.join('\r\n')}\r\n\r\n${body}--${boundary}--\r\n`;
}

function textPart(text: string): string {
  return `Content-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`;
}

function part(type: string, lines: readonly string[]): string {
  return `Content-Type: ${type}\r\n\r\n${lines.join('\r\n')}\r\n`;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** A subject in any language as a header carries it (RFC 2047), in words of at most 75 characters. */
function inAscii(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const chunks: string[] = [''];
  for (const letter of text) {
    const last = `${chunks.at(-1)}${letter}`;
    if (Buffer.byteLength(last) > 42) chunks.push(letter);
    else chunks[chunks.length - 1] = last;
  }
  return chunks.map((chunk) => `=?utf-8?B?${Buffer.from(chunk).toString('base64')}?=`).join('\r\n ');
}
