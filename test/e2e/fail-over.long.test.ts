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
 * The primary is killed in the middle of a fan-out over Resend, and its standby promoted. Resolves with what became of the mails that were
 * promised: `lost` were never taken, `twice` more than once.
 */
async function killPrimaryInFanOut({ synchronous }: { readonly synchronous: boolean }) {
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
  if (synchronous) await pair.replicateSynchronously();
  await ledger.startWorker();
  await ledger.startWorker();
  await ledger.settled();
  expect(await ledger.sendToAll()).toEqual({ queued: PEOPLE, skipped: [] });
  await waitFor(() => expect(resend.accepted.length).toBeGreaterThanOrEqual(SENT_BEFORE));
  const takenBefore = resend.accepted.length;
  await pair.killPrimary();
  await pair.promote();
  const promoted = performance.now();
  const writes = () =>
    ledger.pool.query('update {schema}.registrant set email_status_at = email_status_at where false');
  await waitFor(writes);
  const writableMs = Math.round(performance.now() - promoted);
  const known = await ledger.messageIds();
  // What the new primary knows of goes out, whatever it does not know.
  const open = `select from {schema}.message where status <> 'sent' limit 1`;
  await waitFor(async () => expect((await ledger.pool.query(open)).rows).toEqual([]));
  const jobs = `select from {jobs}.job where name = 'fan-out' and state < 'completed' limit 1`;
  await waitFor(async () => expect((await ledger.pool.query(jobs)).rows).toEqual([]));
  await waitFor(async () => expect((await ledger.pool.query(open)).rows).toEqual([]));
  const taken = Map.groupBy(resend.accepted, ({ to }) => to[0]);
  const report = {
    synchronous,
    promised: PEOPLE,
    takenBefore,
    knownAfter: known.length,
    writableAfterMs: writableMs,
    lost: PEOPLE - taken.size,
    twice: [...taken.values()].filter((mails) => mails.length > 1).length,
  };
  process.stdout.write(`a primary killed in a fan-out: ${JSON.stringify(report)}\n`);
  await resend.close();
  await ledger.close();
  await pair.close();
  return report;
}

describe.skipIf(!findPostgres())('a primary that is killed, and a standby that is promoted', () => {
  afterAll(killAllParts);

  it('with synchronous replication: none of the mails of a fan-out is lost, and none goes out twice', async () => {
    expect(await killPrimaryInFanOut({ synchronous: true })).toMatchObject({ lost: 0, twice: 0 });
  });

  it('with asynchronous replication: what the new primary knows of goes out', async () => {
    const { takenBefore } = await killPrimaryInFanOut({ synchronous: false });
    expect(takenBefore).toBeGreaterThan(0);
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
    const promoted = performance.now();
    const seen = new Set<number>();
    await waitFor(async () => {
      const answer = await register(server, eventId, 'afterwards@example.com');
      seen.add(answer.status);
      expect(answer.status).toBe(201);
    });
    const registeredMs = Math.round(performance.now() - promoted);
    expect([...seen].filter((one) => one !== 201 && one !== 503)).toEqual([]);
    await parts.taken('afterwards@example.com');
    const mailedMs = Math.round(performance.now() - promoted);
    process.stdout.write(
      `after a promotion: the first registration in ${registeredMs} ms, its mail in ${mailedMs} ms\n`,
    );
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
