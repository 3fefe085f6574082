import { afterAll } from 'vitest';
import { createIntake, type Intake } from '../../src/actions/take-delivery-event.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { createPool, type Pool } from '../../src/db/pool.ts';
import { createReads, type Reads } from '../../src/db/read-pool.ts';
import { createApp } from '../../src/http/app.tsx';
import { createLimits } from '../../src/http/limits.ts';
import { createLogger } from '../../src/log.ts';
import { createMailState, type MailState } from '../../src/operations/mail-state.ts';
import { createOperations } from '../../src/operations/operations.ts';
import { type PgBoss, startBoss } from '../../src/queue/boss.ts';
import { createDatabase, type TestDatabase } from './database.ts';
import { HANGS_AFTER_MS } from './hang-guard.ts';
import { type Description, undescribed } from './undescribed.ts';

export const API_KEY = 'test_key_that_is_long_enough_for_anybody';
const PUBLIC_URL = 'https://events.example.test';

/** A clock that stands still until it is moved. */
export interface TestClock {
  now: Date;
  advance(ms: number): void;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

export interface TestApp {
  readonly config: Config;
  readonly pool: Pool;
  readonly reads: Reads;
  readonly boss: PgBoss;
  readonly clock: TestClock;
  /** Delivery events that a webhook answered are applied right afterwards: `settled` waits for that. */
  readonly intake: Intake;
  /** The environment of a process that works on its database. */
  readonly databaseEnv: TestDatabase['env'];
  /** All that it answers, with the patterns of its addresses. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  /** An answer of which nothing was read yet. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Any request, as a program or a browser would send it. */
  request(path: string, init?: RequestInit): Promise<Answer>;
  /** A request with the API key; a body is sent as JSON. Throws where the answer shows what the API's description does not name. */
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** A form as a browser on one of our pages sends it. */
  form(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  /** Whether mail goes out, as it is now: `/readyz` remembers it for a second. */
  mailState(): Promise<Pick<MailState, 'state' | 'reason'>>;
  /** An event from two hours ahead to three, unless `changes` say otherwise. */
  // biome-ignore lint/suspicious/noExplicitAny: as it came over the API
  event(changes?: Record<string, unknown>): Promise<any>;
}

/** The whole HTTP side on a database of its own, without a socket; closed after the file's last test. */
export async function openApp(env: Record<string, string> = {}): Promise<TestApp> {
  const database = await createDatabase();
  const config = readConfig({
    ...database.env,
    SMTP_URL: 'smtp://127.0.0.1:9',
    APP_SECRET: 'a secret of the tests, long enough for them',
    BOOTSTRAP_API_KEY: API_KEY,
    PUBLIC_URL,
    LOG_LEVEL: 'silent',
    // Nobody: a suite that asks the DNS brings its own server.
    DNS_SERVERS: '127.0.0.1:9',
    ...env,
  });
  const clock: TestClock = {
    now: new Date(),
    advance(ms) {
      this.now = new Date(this.now.getTime() + ms);
    },
  };
  const onError = () => undefined;
  // No statement of a test fails since the machine is slow.
  const pool = createPool(config.database, { max: 5, limit: 'event', onError });
  // On a slow machine a thousand requests at once may wait longer for a connection than production lets anybody.
  pool.options.connectionTimeoutMillis = HANGS_AFTER_MS;
  const boss = await startBoss({
    database: config.database,
    pool,
    role: 'enqueue',
    onError,
    traces: config.tracing !== null,
  });
  const log = createLogger(config);
  const now = () => clock.now;
  const reads = createReads({ database: config.database, pool, onLost: onError, onBack: onError });
  const operations = createOperations({ pool, reads, log, now });
  const intake = createIntake({ config, pool, log, now });
  const limits = createLimits(pool);
  const app = createApp({ config, pool, reads, boss, log, limits, now, operations, intake });
  afterAll(async () => {
    await boss.stop({ graceful: false });
    await reads.stop();
    await pool.end();
    await database.drop();
  });

  const fetch: TestApp['fetch'] = async (path, init) => app.request(new URL(path, PUBLIC_URL), init);
  const request: TestApp['request'] = async (path, init) => {
    const response = await fetch(path, init);
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : null,
    };
  };
  let description: Promise<Description> | undefined;
  const describe = () => {
    description ??= request('/api/openapi.json').then(({ json }) => json as Description);
    return description;
  };
  const api: TestApp['api'] = async (method, path, body, headers) => {
    const answer = await request(`/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${API_KEY}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    if (answer.status < 300 && answer.json !== null) {
      const unknown = undescribed(await describe(), { method, path, ...answer });
      if (unknown.length > 0)
        throw new Error(`${method} ${path} shows what its description does not name: ${unknown.join(', ')}`);
    }
    return answer;
  };
  return {
    ...{
      config,
      pool,
      reads,
      boss,
      clock,
      intake,
      databaseEnv: database.env,
      routes: app.routes,
      fetch,
      request,
      api,
    },
    form: (path, fields, headers) =>
      request(path, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'sec-fetch-site': 'same-origin',
          ...headers,
        },
        body: new URLSearchParams(fields).toString(),
      }),
    async mailState() {
      for (;;) {
        const known = await createMailState(pool, now)();
        if (known) return { state: known.state, reason: known.reason };
      }
    },
    async event(changes) {
      const hours = (n: number) => new Date(clock.now.getTime() + n * 3_600_000).toISOString();
      const { status, json } = await api('POST', '/events', {
        title: 'Designing calm software',
        startsAt: hours(2),
        endsAt: hours(3),
        timeZone: 'Europe/Paris',
        ...changes,
      });
      if (status !== 201) throw new Error(`the event was refused: ${JSON.stringify(json)}`);
      return json;
    },
  };
}
