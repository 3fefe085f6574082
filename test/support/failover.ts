import { randomUUID } from 'node:crypto';
import { afterAll } from 'vitest';
import { createLogger } from '../../src/log.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { createResendProvider } from '../../src/providers/resend/resend.ts';
import { createSmtpProvider } from '../../src/providers/smtp/smtp.ts';
import { createContext, type WorkerContext } from '../../worker/context.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import type { TestApp } from './app.ts';
import type { ResendStandIn } from './resend-stand-in.ts';

/** A mail server at this address, as a transport of the app's. Each opens connections of its own. */
export function bySmtp({ config }: TestApp, url: string, name = 'smtp'): Provider {
  return createSmtpProvider({ name, url, from: config.mailFrom, tags: true });
}

export function byResend(
  { config, pool, clock }: TestApp,
  { apiKey, url: baseUrl }: ResendStandIn,
): Provider {
  const { mailFrom: from } = config;
  return createResendProvider({ apiKey, baseUrl, from, tags: true, pool, now: () => clock.now });
}

/** A worker with two transports; closed after the file's last test. */
export function openFailover(
  { config, pool, boss, clock }: TestApp,
  provider: Provider,
  fallbackProvider: Provider,
): WorkerContext {
  afterAll(() => Promise.all([provider.close(), fallbackProvider.close()]));
  const now = () => clock.now;
  return createContext({ config, pool, boss, provider, fallbackProvider, log: createLogger(config), now });
}

/** Delivers the messages as one job each, or all as one. */
export async function deliver(
  context: WorkerContext,
  messages: readonly { readonly id: string }[],
  jobId?: string,
): Promise<void> {
  await deliverMessages(
    context,
    messages.map(({ id }) => ({ id, jobId: jobId ?? randomUUID() })),
  );
}

/** A message to somebody new, and how it stands. */
export async function queueOne(app: TestApp, eventId: string, email = `${randomUUID()}@example.com`) {
  const { json } = await app.api('POST', `/events/${eventId}/registrants`, { email });
  const find = async () => (await app.api('GET', `/messages?registrantId=${json.id}`)).json.items[0];
  return { email, find, id: (await find()).id as string };
}

/** What the audit log has of going over and back, oldest first. */
export async function failovers({ pool }: TestApp) {
  const { rows } = await pool.query<{ action: string; detail: Record<string, string>; actor: string }>(
    `select action, detail, actor from {schema}.audit_entry where action like 'sending_failed_%' order by id`,
  );
  return rows;
}
