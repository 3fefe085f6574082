import { connect } from 'node:net';
import { z } from 'zod';
import { INBOX_VERSION } from '../inbox/api.ts';
import { type InboxOptions, startInbox } from '../inbox/inbox.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where `npm start` sends its mails and where they can be looked at. */
export interface MailCatcher {
  /** Null: mails go out through Resend. */
  readonly smtpUrl: string | null;
  /** Null: there is nowhere to look, the mail server is a real one. */
  readonly httpUrl: string | null;
  stop(): Promise<void>;
}

const MAILPIT_SMTP_PORT = 1025;
const MAILPIT_HTTP_PORT = 8025;
const PATIENCE = 500;

/**
 * What the environment names, else a Mailpit on this machine, else an inbox of our own (in `directory`) on
 * Mailpit's ports, or on free ones where those are taken. Another checkout's inbox is not taken for a Mailpit.
 * Our own tells `webhookUrl` of every mail; a Mailpit has to be started with its MP_WEBHOOK_URL.
 */
export async function openMailCatcher(
  env: Environment,
  { directory, webhookUrl }: { directory: string; webhookUrl: string },
): Promise<MailCatcher> {
  const stop = async () => {};
  if (env.MAIL_TRANSPORT === 'resend') return { smtpUrl: null, httpUrl: null, stop };
  const httpUrl = env.MAILPIT_URL || `http://127.0.0.1:${MAILPIT_HTTP_PORT}`;
  const isThere = await isMailpit(httpUrl);
  if (env.SMTP_URL) {
    // A Mailpit beside another mail server would show nothing.
    const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(env.SMTP_URL).hostname);
    return { smtpUrl: env.SMTP_URL, httpUrl: env.MAILPIT_URL || (isThere && isLocal ? httpUrl : null), stop };
  }
  const { hostname } = new URL(httpUrl);
  if (isThere && (await takesMail(hostname))) {
    return { smtpUrl: `smtp://${hostname}:${MAILPIT_SMTP_PORT}`, httpUrl, stop };
  }
  return startOnUsualPorts({ directory, webhookUrl });
}

async function startOnUsualPorts(options: InboxOptions): Promise<MailCatcher> {
  const usual = { ...options, smtpPort: MAILPIT_SMTP_PORT, httpPort: MAILPIT_HTTP_PORT };
  return startInbox(usual).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return startInbox(options);
    throw error;
  });
}

async function isMailpit(httpUrl: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL('/api/v1/info', httpUrl), { signal: AbortSignal.timeout(PATIENCE) });
    const info = z.object({ Version: z.string() }).parse(await answer.json());
    return info.Version !== INBOX_VERSION;
  } catch {
    return false;
  }
}

function takesMail(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({
      host: host.replaceAll(/[[\]]/g, ''),
      port: MAILPIT_SMTP_PORT,
      timeout: PATIENCE,
    });
    const settle = (takes: boolean) => {
      socket.destroy();
      resolve(takes);
    };
    socket.once('data', (greeting) => settle(greeting.toString().startsWith('220')));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}
