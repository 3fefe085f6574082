import { z } from 'zod';
import { ConfigError } from '../../src/config.ts';
import type { Running } from '../embedded/data-slot.ts';
import { INBOX_VERSION } from '../inbox/api.ts';
import { openMailCatcher } from '../support/mail-catcher.ts';

const PATIENCE = 15_000;

/** Where the samples go and are looked at. */
export interface SampleInbox {
  readonly smtpUrl: string;
  readonly httpUrl: string;
  /** It ends with this command. */
  readonly isOwn: boolean;
  stop(): Promise<void>;
}

/**
 * The inbox that the environment names, else that of the `npm start` that runs in this checkout, else a Mailpit on this
 * machine, else an inbox of its own. Never a mail server that nobody can look into: it would deliver them.
 * Throws ConfigError.
 */
export async function openSampleInbox(
  env: Readonly<Record<string, string | undefined>>,
  running: Running | null,
): Promise<SampleInbox> {
  const { MAILPIT_URL: mailpitUrl, SMTP_URL: smtpUrl } = env;
  if (smtpUrl && !mailpitUrl)
    throw new ConfigError(
      'SMTP_URL alone may be a mail server that delivers: name the web address of its inbox, too. Example: MAILPIT_URL=http://localhost:8025',
    );
  if (mailpitUrl && !(await answers(mailpitUrl)))
    throw new ConfigError(
      `MAILPIT_URL ${mailpitUrl} does not answer. Example: MAILPIT_URL=http://localhost:8025`,
    );
  if (!mailpitUrl && running?.smtpUrl && running.mailpitUrl && (await answers(running.mailpitUrl)))
    return {
      smtpUrl: running.smtpUrl,
      httpUrl: running.mailpitUrl,
      isOwn: false,
      stop: async () => undefined,
    };
  const wanted = { ...(mailpitUrl && { MAILPIT_URL: mailpitUrl }), ...(smtpUrl && { SMTP_URL: smtpUrl }) };
  const { stop, ...catcher } = await openMailCatcher(wanted, {});
  if (!catcher.smtpUrl || !catcher.httpUrl || (mailpitUrl && catcher.httpUrl !== mailpitUrl)) {
    await stop();
    throw new ConfigError(
      `Where ${mailpitUrl} takes mails is not known: name it, too. Example: SMTP_URL=smtp://localhost:1025`,
    );
  }
  const { smtpUrl: to, httpUrl } = catcher;
  return { smtpUrl: to, httpUrl, isOwn: !mailpitUrl && (await answers(httpUrl)) === INBOX_VERSION, stop };
}

/** The version of the inbox at this address; null where there is none. */
async function answers(httpUrl: string): Promise<string | null> {
  try {
    const answer = await fetch(new URL('/api/v1/info', httpUrl), { signal: AbortSignal.timeout(PATIENCE) });
    return z.object({ Version: z.string() }).parse(await answer.json()).Version;
  } catch {
    return null;
  }
}
