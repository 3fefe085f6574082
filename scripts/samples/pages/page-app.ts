import { createIntake } from '../../../src/actions/take-delivery-event.ts';
import { readConfig } from '../../../src/config.ts';
import { createPool } from '../../../src/db/pool.ts';
import { createApp } from '../../../src/http/app.tsx';
import { createLimits } from '../../../src/http/limits.ts';
import { createLogger } from '../../../src/log.ts';
import { listen } from '../../../src/operations/listen.ts';
import { createOperations } from '../../../src/operations/operations.ts';
import { startBoss } from '../../../src/queue/boss.ts';
import { freePort } from '../../embedded/free-port.ts';
import { POSTAL_ADDRESS } from '../people.ts';
import { APP_SECRET, type DatabaseEnv, MAIL_DOMAIN } from '../send.ts';

const API_KEY = 'the-samples-lead-nowhere-so-this-opens-nothing';

/** The server of the pages, on a database that is thrown away and with a clock that stands until it is set. */
export interface PageApp {
  readonly origin: string;
  readonly clock: { now: Date };
  /** Whether anything answers there, by its pattern: `/e/:slug/embed`. */
  readonly hasRoute: (pattern: string) => boolean;
  /** The API's answer. Throws where it refuses. */
  readonly api: (method: string, path: string, body?: unknown) => Promise<Readonly<Record<string, unknown>>>;
  stop(): Promise<void>;
}

export async function openPageApp(databaseEnv: DatabaseEnv): Promise<PageApp> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const config = readConfig({
    ...databaseEnv,
    APP_SECRET,
    PUBLIC_URL: origin,
    PORT: String(port),
    // Nothing leaves: no worker runs.
    SMTP_URL: 'smtp://127.0.0.1:9',
    DNS_SERVERS: '127.0.0.1:9',
    MAIL_FROM: `Events <events@${MAIL_DOMAIN}>`,
    MAIL_POSTAL_ADDRESS: POSTAL_ADDRESS,
    BOOTSTRAP_API_KEY: API_KEY,
    // Each language is a visitor of its own.
    TRUST_PROXY: '1',
    LOG_LEVEL: 'silent',
  });
  const clock = { now: new Date(0) };
  const now = () => clock.now;
  const onError = () => undefined;
  const log = createLogger(config);
  const pool = createPool(config.database, { max: 5, onError });
  const boss = await startBoss({ database: config.database, pool, role: 'enqueue', onError });
  const operations = createOperations({ pool, log, now });
  const app = createApp({
    ...{ config, pool, boss, log, limits: createLimits(pool), now, operations },
    intake: createIntake({ config, pool, log, now }),
  });
  const listener = await listen({ fetch: app.fetch, host: config.host, port, setting: 'PORT' });
  return {
    ...{ origin, clock },
    hasRoute: (pattern) => app.routes.some(({ method, path }) => method === 'GET' && path === pattern),
    async api(method, path, body) {
      const answer = await app.request(`${origin}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`The API answered ${answer.status} to ${method} ${path}: ${text}`);
      return JSON.parse(text);
    },
    async stop() {
      operations.readiness.stop();
      await listener.close(0);
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
}
