import { connect } from 'node:net';
import { z } from 'zod';
import { ConfigError } from '../../src/config.ts';
import { INBOX_VERSION } from '../inbox/api.ts';
import { type InboxOptions, startInbox } from '../inbox/inbox.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where `npm start` sends its mails and where they can be looked at. */
export interface MailCatcher {
  /** Null: mails go out through a provider's API. */
  readonly smtpUrl: string | null;
  /** Null: there is nowhere to look, the mail server is a real one. */
  readonly httpUrl: string | null;
  stop(): Promise<void>;
}

const MAILPIT_SMTP_PORT = 1025;
const MAILPIT_HTTP_PORT = 8025;
const PATIENCE = 500;

/**
 * What the environment names, else a Mailpit on this machine, else an inbox of our own (in `directory`) on the ports
 * that the environment names for it, else on Mailpit's or the next free ones. Another checkout's inbox is not taken for a
 * Mailpit. `avoidPorts`: what others are about to listen on. Our own tells `webhookUrl` of every mail; a Mailpit has to be started with its MP_WEBHOOK_URL.
 * Throws ConfigError when a named port is taken.
 */
export async function openMailCatcher(
  env: Environment,
  options: InboxOptions & { readonly avoidPorts?: readonly number[] },
): Promise<MailCatcher> {
  const stop = async () => {};
  if (env.MAIL_TRANSPORT && env.MAIL_TRANSPORT !== 'smtp') return { smtpUrl: null, httpUrl: null, stop };
  const httpUrl = env.MAILPIT_URL || `http://127.0.0.1:${MAILPIT_HTTP_PORT}`;
  const isThere = await isMailpit(httpUrl);
  if (env.SMTP_URL) {
    // A Mailpit beside another mail server would show nothing.
    const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(env.SMTP_URL).hostname);
    return { smtpUrl: env.SMTP_URL, httpUrl: env.MAILPIT_URL || (isThere && isLocal ? httpUrl : null), stop };
  }
  const { hostname } = new URL(httpUrl);
  const ownIsWanted = env.INBOX_PORT || env.INBOX_SMTP_PORT;
  if (isThere && !ownIsWanted && (await takesMail(hostname))) {
    return { smtpUrl: `smtp://${hostname}:${MAILPIT_SMTP_PORT}`, httpUrl, stop };
  }
  return startOwnInbox(env, options);
}

/** On the ports that INBOX_PORT and INBOX_SMTP_PORT name; without them on the usual ones or the next that are free. */
async function startOwnInbox(
  env: Environment,
  { avoidPorts = [], ...options }: InboxOptions & { readonly avoidPorts?: readonly number[] },
): Promise<MailCatcher> {
  const named = { http: readPort(env.INBOX_PORT), smtp: readPort(env.INBOX_SMTP_PORT) };
  const ports = { http: named.http ?? MAILPIT_HTTP_PORT, smtp: named.smtp ?? MAILPIT_SMTP_PORT };
  for (;;) {
    for (const which of ['http', 'smtp'] as const)
      while (named[which] === null && avoidPorts.includes(ports[which])) ports[which] += 1;
    try {
      return await startInbox({ ...options, httpPort: ports.http, smtpPort: ports.smtp });
    } catch (error) {
      const taken = takenPort(error);
      if (taken === null) throw error;
      const which = taken === ports.smtp ? 'smtp' : 'http';
      if (named[which] !== null) {
        const name = which === 'smtp' ? 'INBOX_SMTP_PORT' : 'INBOX_PORT';
        throw new ConfigError(`${name} ${taken} is taken by another program. Example: ${name}=${taken + 1}`);
      }
      ports[which] += 1;
    }
  }
}

/** The port that an attempt to listen found taken; null for any other error. */
function takenPort(error: unknown): number | null {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) return null;
  return 'port' in error && typeof error.port === 'number' ? error.port : null;
}

function readPort(value: string | undefined): number | null {
  return value ? Number(value) : null;
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
