import { createTransport } from 'nodemailer';
import type { Mailbox } from '../../src/config.ts';
import { smtpOutcome } from './smtp-outcome.ts';
import type { OutgoingMail, Outcome, Transport } from './transport.ts';

interface SmtpOptions {
  readonly url: string;
  readonly from: Mailbox;
  /** In development mails carry `X-Tags`, by which Mailpit sorts them. */
  readonly tags: boolean;
}

/** Sends over a pool of connections to one SMTP server; `smtps:` is TLS from the start, `smtp:` STARTTLS where offered. */
export function createSmtpTransport({ url, from, tags }: SmtpOptions): Transport {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const pool = createTransport({
    pool: true,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : secure ? 465 : 587,
    secure,
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    maxConnections: 5,
    maxMessages: 1000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    // A mail says what we wrote: no file or address that stands in it is opened.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);

  return {
    name: 'smtp',
    async send(mails, _lane, onOutcome) {
      await Promise.all(mails.map(async (mail) => onOutcome(mail, await sendOne(mail))));
    },
    async close() {
      pool.close();
    },
  };

  async function sendOne(mail: OutgoingMail): Promise<Outcome> {
    try {
      await pool.sendMail({ ...compose(mail), from, envelope: { from: from.address, to: mail.to } });
      return { type: 'accepted', providerMessageId: null };
    } catch (error) {
      return smtpOutcome(error);
    }
  }

  function compose(mail: OutgoingMail) {
    return {
      messageId: `<${mail.messageId}@${domain}>`,
      to: mail.to,
      ...(mail.replyTo && { replyTo: mail.replyTo }),
      subject: mail.subject,
      html: mail.html,
      text: mail.text,
      headers: {
        'Auto-Submitted': 'auto-generated',
        'X-Entity-Ref-ID': mail.messageId,
        ...(tags && { 'X-Tags': `${mail.kind}, ${mail.language}` }),
      },
      ...(mail.calendar && {
        attachments: [
          {
            filename: 'event.ics',
            content: mail.calendar.content,
            contentType: `text/calendar; charset=utf-8; method=${mail.calendar.method}`,
          },
        ],
      }),
    };
  }
}
