import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startPostgres } from '../../scripts/embedded/postgres.ts';
import { createPool } from '../../src/db/pool.ts';
import { migrate } from '../../src/migrate.ts';
import { isReady, killAllParts, type Part, startPart } from '../support/processes.ts';
import { openFaultServer, type Step } from '../support/smtp-fault-server.ts';

const API_KEY = 'test_key_that_is_long_enough_for_anybody';
const PEOPLE = 6_000;

afterAll(killAllParts);

/**
 * The ledger: real workers send to a server that fails in all the ways it can, and are killed at each step of a
 * mail's way; Postgres restarts in the middle. Afterwards every mail must have arrived, and hardly any twice.
 */
it('loses nothing and repeats at most what was in flight, whatever is killed whenever', {
  timeout: 240_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'access-mail-ledger-'));
  let postgres = await startPostgres({ dataDir, durable: true });
  await migrate(postgres.url);
  const pool = createPool(postgres.url, { max: 2, onError: () => undefined });
  const mailServer = await openFaultServer();
  const env = {
    DATABASE_URL: postgres.url,
    SMTP_URL: mailServer.url,
    APP_SECRET: 'a secret of the tests, long enough for them',
    BOOTSTRAP_API_KEY: API_KEY,
  };
  const server = await startPart('server', env);
  await isReady(server);
  const call = async (method: string, path: string, body: unknown, type = 'application/json') => {
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': type };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${server.url}/api/v1${path}`, { method, headers, body: text });
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    return { status: response.status, json: (await response.json()) as any };
  };
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const event = await call('POST', '/events', {
    title: 'Ledger',
    startsAt: at(2),
    endsAt: at(3),
    timeZone: 'Europe/Paris',
  });
  const path = `/events/${event.json.id}`;
  const people = Array.from({ length: PEOPLE }, (_, i) => `p${i}@example.com`);
  const imported = await call(
    'POST',
    `${path}/registrants/import`,
    `email\n${people.join('\n')}\n`,
    'text/csv',
  );
  expect(imported.json.created).toBe(PEOPLE);

  const workers: Part[] = [];
  const startWorker = async () => workers.push(await startPart('worker', env));
  /** Mails that a killed worker, or a dropped connection, left in doubt: each may come a second time. */
  const inDoubt = new Set<string>();
  const killed: Record<string, number> = {};
  let settled: Promise<unknown> = Promise.resolve();

  const noteUnrecorded = async () => {
    const times = new Map<string, number>();
    for (const { messageId } of mailServer.taken) times.set(messageId, (times.get(messageId) ?? 0) + 1);
    const { rows } = await pool.query<{ id: string }>(
      `select id from message where id = any($1::uuid[]) and status <> 'sent'`,
      [[...times.keys()]],
    );
    for (const { id } of rows) inDoubt.add(`${id} taken ${times.get(id)} times`);
  };
  /** Kills a worker now, starts another one, and adds up what was in flight. */
  const kill = (when: string) => {
    const victim = workers.shift();
    if (!victim) return;
    process.kill(victim.pid, 'SIGKILL');
    killed[when] = (killed[when] ?? 0) + 1;
    settled = Promise.all([settled, victim.ended.then(noteUnrecorded), startWorker()]);
  };

  // One kill at each of these steps, spread over the sending; and faults of the server's own all the while.
  const steps: Step[] = [
    'greeting',
    'RCPT',
    'body',
    'dot',
    'taken',
    'MAIL',
    'DATA',
    'taken',
    'greeting',
    'body',
  ];
  let seen = 0;
  mailServer.react = (step) => {
    seen++;
    const next = steps[0];
    if (step === next && mailServer.taken.length > (10 - steps.length) * 350 + 100) {
      steps.shift();
      kill(`at ${step}`);
    }
    // Towards the end the server behaves: what is tried a third time waits for half a minute.
    if (mailServer.taken.length > PEOPLE * 0.7) return undefined;
    // Not Math.random: the same share of faults in every run. Multiplying by a large prime scatters them.
    const luck = (seen * 7_919) % 1_009;
    if (step === 'RCPT' && luck < 20) return '451 4.3.0 try again';
    if (step === 'body' && luck < 5) return 'drop';
    if (step === 'taken' && luck < 5) {
      inDoubt.add(`dropped by the server ${seen}`);
      return 'drop';
    }
    return undefined;
  };

  await startWorker();
  await startWorker();
  expect((await call('POST', `${path}/resend`, { emailStatus: [] })).status).toBe(422);
  await pool.query(`update registrant set email_status = 'bounced', email_status_at = now()`);
  const resend = await call('POST', `${path}/resend`, { emailStatus: ['bounced'] });
  expect(resend.json).toEqual({ queued: PEOPLE, skipped: [] });
  // The second slice of the fan-out is under way: both workers go.
  kill('in the fan-out');
  kill('in the fan-out');

  const statuses = async () => {
    const { rows } = await pool.query<{ status: string; count: number }>(
      'select status, count(*) from message group by status order by status',
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  };
  let restarted = false;
  for (;;) {
    const all = await statuses().catch(() => ({}) as Record<string, number>);
    if (all.sent === PEOPLE && Object.keys(all).length === 1) break;
    if (!restarted && steps.length === 0) {
      restarted = true;
      // Workers that are just starting need a database; those that run get by without for a while.
      await settled;
      await Promise.all(workers.map((worker) => worker.saysThat('worker ready')));
      const port = Number(new URL(postgres.url).port);
      await postgres.stop();
      postgres = await startPostgres({ dataDir, durable: true, port });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await settled;

  const arrived = mailServer.taken.map(({ messageId }) => messageId);
  const { rows } = await pool.query<{ id: string }>('select id from message');
  const lost = rows.filter(({ id }) => !arrived.includes(id));
  const twice = arrived.length - new Set(arrived).size;
  const report = {
    messages: rows.length,
    killed,
    restartedPostgres: restarted,
    inFlight: inDoubt.size,
    lost: lost.length,
    twice,
  };
  process.stdout.write(`the ledger: ${JSON.stringify(report)}\n`);
  expect(rows).toHaveLength(PEOPLE);
  expect(lost).toEqual([]);
  expect(twice).toBeLessThanOrEqual(inDoubt.size);
  expect(steps).toEqual([]);
  expect(seen).toBeGreaterThan(PEOPLE);

  await pool.end();
  await mailServer.close();
  await killAllParts();
  await postgres.stop();
});
