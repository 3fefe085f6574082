import { afterAll, expect, it } from 'vitest';
import { openLedger } from '../../support/ledger.ts';
import { killAllParts } from '../../support/processes.ts';
import { openFaultServer, type Step } from '../../support/smtp-fault-server.ts';

const PEOPLE = 6_000;

afterAll(killAllParts);

/**
 * The ledger: real workers send to a server that fails in all the ways it can, and are killed at each step of a
 * mail's way; Postgres restarts in the middle. Afterwards every mail must have arrived, and hardly any twice.
 */
it('loses nothing and repeats at most what was in flight, whatever is killed whenever', {
  timeout: 240_000,
}, async () => {
  const mailServer = await openFaultServer();
  /** Mails that a killed worker, or a dropped connection, left in doubt: each may come a second time. */
  const inDoubt = new Set<string>();
  const noteUnrecorded = async () => {
    const times = new Map<string, number>();
    for (const { messageId } of mailServer.taken) times.set(messageId, (times.get(messageId) ?? 0) + 1);
    const { rows } = await ledger.pool.query<{ id: string }>(
      `select id from {schema}.message where id = any($1::uuid[]) and status <> 'sent'`,
      [[...times.keys()]],
    );
    for (const { id } of rows) inDoubt.add(`${id} taken ${times.get(id)} times`);
  };
  const ledger = await openLedger({
    people: PEOPLE,
    env: { SMTP_URL: mailServer.url },
    onKilled: noteUnrecorded,
  });

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
      void ledger.kill(`at ${step}`);
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

  await ledger.startWorker();
  await ledger.startWorker();
  await ledger.settled();
  expect(await ledger.sendToAll()).toEqual({ queued: PEOPLE, skipped: [] });
  // The second slice of the fan-out is under way: both workers go.
  void ledger.kill('in the fan-out', 2);

  let restarted = false;
  await ledger.untilAllSent(async () => {
    if (restarted || steps.length > 0) return;
    restarted = true;
    await ledger.restartPostgres();
  });

  const arrived = mailServer.taken.map(({ messageId }) => messageId);
  const ids = await ledger.messageIds();
  const lost = ids.filter((id) => !arrived.includes(id));
  const twice = arrived.length - new Set(arrived).size;
  const report = {
    messages: ids.length,
    killed: ledger.killed,
    restartedPostgres: restarted,
    inFlight: inDoubt.size,
    lost: lost.length,
    twice,
  };
  process.stdout.write(`the ledger: ${JSON.stringify(report)}\n`);
  expect(ids).toHaveLength(PEOPLE);
  expect(lost).toEqual([]);
  expect(twice).toBeLessThanOrEqual(inDoubt.size);
  expect(steps).toEqual([]);
  expect(seen).toBeGreaterThan(PEOPLE);

  await mailServer.close();
  await ledger.close();
});
