import { MailpitClient } from 'mailpit-api';
import { startInbox } from '../../scripts/inbox/inbox.ts';

export interface TestInbox {
  readonly mailpit: MailpitClient;
  readonly smtpUrl: string;
  /** The web address, for MAILPIT_URL. */
  readonly httpUrl: string;
  close(): Promise<void>;
}

/**
 * A mail catcher: the Mailpit that MAILPIT_URL and SMTP_URL name, else an inbox of our own with the same API, in
 * memory. A Mailpit is shared with others, so search it for what is yours (`to:`, `tag:`), never for "latest".
 */
export async function openInbox(): Promise<TestInbox> {
  const { MAILPIT_URL: mailpitUrl, SMTP_URL: smtpUrl } = process.env;
  if (mailpitUrl && smtpUrl) {
    return { mailpit: new MailpitClient(mailpitUrl), smtpUrl, httpUrl: mailpitUrl, close: async () => {} };
  }
  const inbox = await startInbox({ maxMessages: 0 });
  return {
    mailpit: new MailpitClient(inbox.httpUrl),
    smtpUrl: inbox.smtpUrl,
    httpUrl: inbox.httpUrl,
    close: () => inbox.stop(),
  };
}
