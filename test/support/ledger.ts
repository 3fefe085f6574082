import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startPostgres } from '../../scripts/embedded/postgres.ts';
import { databaseAt } from '../../src/config.ts';
import { createPool, type Pool } from '../../src/db/pool.ts';
import { migrate } from '../../src/migrate.ts';
import { isReady, killAllParts, type Part, startPart } from './processes.ts';

const API_KEY = 'test_key_that_is_long_enough_for_anybody';

interface LedgerOptions {
  /** How many are registered, and get a mail each. */
  readonly people: number;
  /** Where workers send to, and how. */
  readonly env: Record<string, string>;
  /** The database, where it is not to be a Postgres of the ledger's own; `restartPostgres` has none to restart then. */
  readonly databaseUrl?: string;
}

/** An event with many registrants, workers to kill while they write to all of them, and a Postgres to restart. */
export interface Ledger {
  readonly pool: Pool;
  /** Every worker there ever was, for what they wrote. */
  readonly everyWorker: readonly Part[];
  /** How many workers were killed when. */
  readonly killed: Readonly<Record<string, number>>;
  startWorker(): Promise<void>;
  /** Puts a mail for each of the people on its way, and returns the answer to that. */
  sendToAll(): Promise<unknown>;
  /** Registers one more person; resolves when that was promised. */
  register(email: string): Promise<void>;
  /** Resolves when a worker has that slice of the fan-out in hand (from 2: the first is there when the request ends). */
  fanningOut(slice: number): Promise<void>;
  /** Kills so many workers, the oldest first, and starts others in their place. Resolves when they are dead. */
  kill(when: string, count?: number): Promise<void>;
  /** Resolves when the killed are counted, and all workers work. */
  settled(): Promise<void>;
  /** Stops Postgres once all is settled, and starts it again with the same data after `meanwhile`. */
  restartPostgres(meanwhile?: () => unknown): Promise<void>;
  /** Resolves when every message has status `sent`; `meanwhile` is called again and again until then. */
  untilAllSent(meanwhile?: () => Promise<unknown>): Promise<void>;
  messageIds(): Promise<string[]>;
  close(): Promise<void>;
}

/** A file that opens one ends with `afterAll(killAllParts)`. */
export async function openLedger({ people, env: sending, databaseUrl }: LedgerOptions): Promise<Ledger> {
  const dataDir = mkdtempSync(join(tmpdir(), 'access-mail-ledger-'));
  let postgres = databaseUrl === undefined ? await startPostgres({ dataDir, durable: true }) : null;
  const url = databaseUrl ?? postgres?.url ?? '';
  await migrate(databaseAt(url));
  const pool = createPool(databaseAt(url), { max: 2, onError: () => undefined });
  const env = {
    DATABASE_URL: url,
    APP_SECRET: 'a secret of the tests, long enough for them',
    BOOTSTRAP_API_KEY: API_KEY,
    ...sending,
  };
  const server = await startPart('server', env);
  await isReady(server);
  const path = await registerAll();

  const workers: Part[] = [];
  const everyWorker: Part[] = [];
  const killed: Record<string, number> = {};
  let settling: Promise<unknown> = Promise.resolve();

  async function call(method: string, to: string, body: unknown, type = 'application/json') {
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': type };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${server.url}/api/v1${to}`, { method, headers, body: text });
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    const json = (await response.json()) as any;
    if (!response.ok) throw new Error(`${method} ${to}: ${response.status} ${JSON.stringify(json)}`);
    return json;
  }

  async function registerAll(): Promise<string> {
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const event = await call('POST', '/events', {
      title: 'Ledger',
      startsAt: at(2),
      endsAt: at(3),
      timeZone: 'Europe/Paris',
    });
    const emails = Array.from({ length: people }, (_, i) => `p${i}@example.com`);
    const csv = `email\n${emails.join('\n')}\n`;
    const { created } = await call('POST', `/events/${event.id}/registrants/import`, csv, 'text/csv');
    if (created !== people) throw new Error(`Only ${created} of ${people} were imported.`);
    return `/events/${event.id}`;
  }

  async function startWorker(): Promise<void> {
    const worker = await startPart('worker', env);
    workers.push(worker);
    everyWorker.push(worker);
  }

  async function settled(): Promise<void> {
    await settling;
    await Promise.all(workers.map((worker) => worker.saysThat('worker ready')));
  }

  async function allSent(): Promise<boolean> {
    const { rows } = await pool.query<{ sent: number; all: number }>(
      `select count(*) filter (where status = 'sent') as sent, count(*) as all from {schema}.message`,
    );
    return rows[0]?.sent === people && rows[0].all === people;
  }

  return {
    pool,
    everyWorker,
    killed,
    startWorker,
    async sendToAll() {
      await pool.query(`update {schema}.registrant set email_status = 'bounced', email_status_at = now()`);
      return call('POST', `${path}/resend`, { emailStatus: ['bounced'] });
    },
    async register(email) {
      await call('POST', `${path}/registrants`, { email });
    },
    async fanningOut(slice) {
      const active = `select from {jobs}.job
        where name = 'fan-out' and state = 'active' and (data->>'slices')::int = $1`;
      while ((await pool.query(active, [slice - 1])).rows.length === 0) await delay(5);
    },
    async kill(when, count = 1) {
      const victims = workers.splice(0, count);
      const dead = victims.map((victim) => victim.kill());
      if (victims.length > 0) killed[when] = (killed[when] ?? 0) + victims.length;
      settling = Promise.all([settling, ...dead, ...victims.map(() => startWorker())]);
      await Promise.all(dead);
    },
    settled,
    async restartPostgres(meanwhile = () => undefined) {
      // Workers that are just starting need a database; those that run get by without for a while.
      await settled();
      const port = Number(new URL(url).port);
      await postgres?.stop();
      await meanwhile();
      postgres = await startPostgres({ dataDir, durable: true, port });
    },
    async untilAllSent(meanwhile = async () => undefined) {
      // False while Postgres is away, too.
      while (!(await allSent().catch(() => false))) {
        await meanwhile();
        await delay(100);
      }
      await settling;
    },
    async messageIds() {
      const { rows } = await pool.query<{ id: string }>('select id from {schema}.message');
      return rows.map(({ id }) => id);
    },
    async close() {
      await pool.end();
      await killAllParts();
      await postgres?.stop();
    },
  };
}
