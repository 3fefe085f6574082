import { SMTPServer } from 'smtp-server';
import { asciiDomain } from '../../src/domain/address.ts';
import type { Mailbox } from './mailbox.ts';
import { stampMail } from './stamp.ts';

/** As much as Mailpit takes. */
const MAX_BYTES = 50 * 1024 * 1024;

export interface SmtpInbox {
  readonly port: number;
  stop(): Promise<void>;
}

/** Takes any mail from anyone (with any user name and password, or none) into `mailbox`. Port 0: a free one. */
export async function startSmtp(mailbox: Mailbox, port: number): Promise<SmtpInbox> {
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    // Offered, it would be tried, and fail on a certificate that nobody signed.
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    // Otherwise it refuses dots within quotes, which RFC 5321 allows: "a..b"@example.com.
    lenientAddressParsing: true,
    size: MAX_BYTES,
    closeTimeout: 500,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anyone' }),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        if (stream.sizeExceeded) {
          done(Object.assign(new Error('Message too large'), { responseCode: 552 }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = {
          from: mailFrom ? asCommanded(mailFrom.address) : '',
          to: rcptTo.map((recipient) => asCommanded(recipient.address)),
          helo: session.hostNameAppearsAs || 'unknown',
          address: session.remoteAddress,
        };
        const username = typeof session.user === 'string' ? session.user : '';
        mailbox.add(stampMail(Buffer.concat(chunks), envelope, new Date()), username).then(
          (record) => done(null, `Ok: queued as ${record.id}`),
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
        );
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    // Before it listens: the port is taken. Later: one client's connection broke, which that client knows itself.
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The server's library shows international domains in their own letters; the commands, and the mail's headers, had ASCII. */
function asCommanded(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + asciiDomain(address.slice(at));
}
