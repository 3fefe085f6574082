import { afterAll, describe, expect, it } from 'vitest';
import { databaseAt } from '../../src/config.ts';
import { migrate } from '../../src/migrate.ts';
import { findPostgres } from '../support/find-postgres.ts';
import { openLedger } from '../support/ledger.ts';
import { createEvent, openParts, register } from '../support/parts.ts';
import { openPostgresPair } from '../support/postgres-pair.ts';
import { killAllParts } from '../support/processes.ts';
import { openResendStandIn } from '../support/resend-stand-in.ts';
import { waitFor } from '../support/wait-for.ts';

/** A slice of a fan-out, and some: a worker is in the middle of it. */
const PEOPLE = 6_000;
const SENT_BEFORE = 1_000;

/**
 * The primary is killed in the middle of a fan-out over Resend, and its standby promoted. `whileCutOff`: the standby hears nothing of the primary's
 * last moments, in which this many more mails are taken and one more person is registered. Resolves with what became of what was promised.
 */
async function killPrimaryInFanOut({ whileCutOff }: { readonly whileCutOff: number | null }) {
  const pair = await openPostgresPair();
  const resend = await openResendStandIn({ keepBodies: false, rateLimit: null });
  const ledger = await openLedger({
    people: PEOPLE,
    databaseUrl: pair.both(),
    env: {
      MAIL_TRANSPORT: 'resend',
      RESEND_API_KEY: resend.apiKey,
      RESEND_BASE_URL: resend.url,
      MAIL_FROM: 'Events <events@events.example.test>',
    },
  });
  const taken = (count: number) =>
    waitFor(() => expect(resend.accepted.length).toBeGreaterThanOrEqual(count));
  const none = (statement: string) =>
    waitFor(async () => expect((await ledger.pool.query(statement)).rows).toEqual([]));
  if (whileCutOff === null) await pair.replicateSynchronously();
  await ledger.startWorker();
  await ledger.startWorker();
  await ledger.settled();
  expect(await ledger.sendToAll()).toEqual({ queued: PEOPLE, skipped: [] });
  await taken(SENT_BEFORE);
  if (whileCutOff !== null) {
    await pair.stopStandby();
    await ledger.register('too-late@example.com');
    await taken(resend.accepted.length + whileCutOff);
  }
  const takenBefore = resend.accepted.length;
  await pair.killPrimary();
  if (whileCutOff !== null) await pair.startStandby();
  await pair.promote();
  await waitFor(() => ledger.pool.query('create table public.written (n int)'));

  await none(`select from {jobs}.job where name = 'fan-out' and state < 'completed' limit 1`);
  await none(`select from {schema}.message where status <> 'sent' limit 1`);
  const { rows } = await ledger.pool.query<{ email: string }>('select email from {schema}.registrant');
  const mailsTo = Map.groupBy(resend.accepted, ({ to }) => to[0]);
  const known = new Set(rows.map(({ email }) => email));
  const report = {
    ...{ mails: PEOPLE, takenBefore },
    unsent: [...known].filter((email) => !mailsTo.has(email)).length,
    twice: [...mailsTo.values()].filter((mails) => mails.length > 1).length,
    forgotten: PEOPLE + (whileCutOff === null ? 0 : 1) - known.size,
  };
  const how = whileCutOff === null ? 'synchronous' : `asynchronous, cut off for ${whileCutOff} mails`;
  process.stdout.write(`a primary killed in a fan-out, ${how}: ${JSON.stringify(report)}\n`);
  await resend.close();
  await ledger.close();
  await pair.close();
  return report;
}

describe.skipIf(!findPostgres())('a primary that is killed, and a standby that is promoted', () => {
  afterAll(killAllParts);

  it('with synchronous replication: none of the mails of a fan-out is lost, and none goes out twice', async () => {
    expect(await killPrimaryInFanOut({ whileCutOff: null })).toMatchObject({
      ...{ unsent: 0, twice: 0, forgotten: 0 },
    });
  });

  it('with asynchronous replication: what the standby had not heard of is forgotten, and mails of that time may go out again', async () => {
    const report = await killPrimaryInFanOut({ whileCutOff: 500 });
    expect(report).toMatchObject({ unsent: 0, forgotten: 1 });
    // Those that were sent before the standby was cut off are known to be; so are later ones whose call it had heard of.
    expect(report.twice).toBeLessThan(report.takenBefore);
  });

  it('a server and a worker go on by themselves: 503 meanwhile, then as before', async () => {
    const parts = await openParts();
    const pair = await openPostgresPair();
    const url = pair.both();
    await migrate(databaseAt(url));
    const system = parts.systemOn({ DATABASE_URL: url });
    const [server, worker] = await Promise.all([system.server(), system.worker()]);
    const eventId = await createEvent(server);
    expect((await register(server, eventId, 'before@example.com')).status).toBe(201);
    await parts.taken('before@example.com');

    await pair.killPrimary();
    const { status, headers } = await register(server, eventId, 'meanwhile@example.com');
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    await pair.promote();
    const seen = new Set<number>();
    await waitFor(async () => {
      const answer = await register(server, eventId, 'afterwards@example.com');
      seen.add(answer.status);
      expect(answer.status).toBe(201);
    });
    expect([...seen].filter((one) => one !== 201 && one !== 503)).toEqual([]);
    await parts.taken('afterwards@example.com');
    await waitFor(async () => expect((await fetch(`${server.url}/readyz`)).status).toBe(200));
    // The connection that listens leads to the new primary, too.
    const listens = `select from pg_stat_activity where application_name = 'access-mail listen'`;
    await waitFor(async () => expect(await pair.on('standby', listens)).toHaveLength(1));
    // Nothing of ours is left that only one of them knows: another start finds the same database.
    expect(await worker.stop()).toBe(0);
    const again = await system.worker();
    expect([await server.stop(), await again.stop()]).toEqual([0, 0]);
    await pair.close();
  });
});
