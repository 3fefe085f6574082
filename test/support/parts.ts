import { afterAll } from 'vitest';
import { createPool } from '../../src/db/pool.ts';
import { createDatabase } from './database.ts';
import { isReady, killAllParts, type Part, startPart } from './processes.ts';
import { openAnsweringServer } from './smtp-answers.ts';
import { waitFor } from './wait-for.ts';

export const API_KEY = 'test_key_that_is_long_enough_for_anybody';

/** Servers and workers as processes, on databases of their own, and the mail server that they send to. */
export async function openParts() {
  afterAll(killAllParts);
  const mailServer = await openAnsweringServer();
  const mailsTo = (email: string) => mailServer.taken.filter(({ to }) => to === email);

  function environment(database: Readonly<Record<string, string>>): Record<string, string> {
    return {
      ...database,
      SMTP_URL: mailServer.url,
      APP_SECRET: 'a secret of the tests, long enough for them',
      BOOTSTRAP_API_KEY: API_KEY,
      LOG_LEVEL: 'info',
    };
  }

  const partsOn = (env: Record<string, string>) => ({
    /** `changes`: for this part alone. */
    async worker(changes: Record<string, string> = {}) {
      const part = await startPart('worker', { ...env, ...changes });
      await part.saysThat('worker ready');
      return part;
    },
    async server(changes: Record<string, string> = {}) {
      const part = await startPart('server', { ...env, ...changes });
      await isReady(part);
      return part;
    },
  });

  return {
    ...{ mailServer, mailsTo, environment },
    /** Resolves once the mail server has one to that address. */
    taken: (email: string) =>
      waitFor(() => {
        if (mailsTo(email).length === 0) throw new Error(`no mail to ${email}`);
      }),
    /** Parts that a test starts on a database, by the environment that names it. */
    systemOn: (database: Readonly<Record<string, string>>) => partsOn(environment(database)),
    /** A database of its own, and the parts that a test starts on it. */
    async system(changes: Record<string, string> = {}) {
      const database = await createDatabase();
      const pool = createPool(database.config, { max: 1, onError: () => undefined });
      const close = async () => {
        await pool.end();
        await database.drop();
      };
      return {
        ...partsOn({ ...environment(database.env), ...changes }),
        pool,
        database: database.config,
        close,
      };
    },
  };
}

export async function call(server: Part, method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  const json: any = await response.json();
  return { status: response.status, headers: response.headers, json };
}

export async function createEvent(server: Part): Promise<string> {
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const event = { title: 'Crash test', startsAt: at(2), endsAt: at(3), timeZone: 'Europe/Paris' };
  return (await call(server, 'POST', '/events', event)).json.id;
}

export const register = (server: Part, eventId: string, email: string) =>
  call(server, 'POST', `/events/${eventId}/registrants`, { email });
