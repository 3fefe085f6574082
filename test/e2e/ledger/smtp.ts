import { afterAll, expect, it } from 'vitest';
import { openLedger } from '../../support/ledger.ts';
import { killAllParts } from '../../support/processes.ts';
import { openFaultServer, type Step } from '../../support/smtp-fault-server.ts';

/** Of a fan-out. */
const SLICE = 5_000;
/** A worker that is killed leaves at most so many mails with an unknown outcome: twice its connections. */
const MOST_UNKNOWN = 40;

interface Plan {
  /** How many get a mail. More than a slice of the fan-out (5,000): both workers are killed in the second one, too. */
  readonly people: number;
  /** At which steps of a mail a worker is killed, in this order, `every` so many mails; the others wait their turn. */
  readonly kills: readonly Step[];
  readonly every: number;
  /** After how many mails the first one comes. */
  readonly first: number;
  /** When the server fails as well. What was killed and fails waits for half a minute. */
  readonly faults: 'throughout' | 'before the first kill';
}

afterAll(killAllParts);

/**
 * The ledger: real workers send to a server that fails in all the ways it can, and are killed at each step of a
 * mail's way; Postgres restarts in the middle. Afterwards every mail must have arrived, and hardly any twice.
 */
export function testLedgerOverSmtp(plan: Plan): void {
  it(`loses none of ${plan.people} mails and repeats at most what was in flight, whatever is killed whenever`, () =>
    run(plan));
}

async function run({ people, kills, first, every, faults }: Plan): Promise<void> {
  const mailServer = await openFaultServer();
  /** Connections that the server dropped after it had taken the mail. */
  let drops = 0;
  const ledger = await openLedger({
    people,
    env: { SMTP_URL: mailServer.url },
  });

  // The kills are spread over the sending; and faults of the server's own happen all the while.
  const steps = [...kills];
  let seen = 0;
  mailServer.react = (step) => {
    seen++;
    const next = steps[0];
    if (step === next && mailServer.taken.length > (kills.length - steps.length) * every + first) {
      steps.shift();
      void ledger.kill(`at ${step}`);
    }
    // Towards the end the server behaves: what is tried a third time waits for half a minute.
    if (mailServer.taken.length > people * 0.7) return undefined;
    if (faults === 'before the first kill' && steps.length < kills.length) return undefined;
    // Not Math.random: the same share of faults in every run. Multiplying by a large prime scatters them.
    const luck = (seen * 7_919) % 1_009;
    if (step === 'RCPT' && luck < 20) return '451 4.3.0 try again';
    if (step === 'body' && luck < 5) return 'drop';
    if (step === 'taken' && luck < 5) {
      drops++;
      return 'drop';
    }
    return undefined;
  };

  await ledger.startWorker();
  await ledger.startWorker();
  await ledger.settled();
  expect(await ledger.sendToAll()).toEqual({ queued: people, skipped: [] });
  // The second slice of the fan-out is under way: both workers go.
  if (people > SLICE) void ledger.kill('in the fan-out', 2);

  let restarted = false;
  await ledger.untilAllSent(async () => {
    if (restarted || steps.length > 0) return;
    restarted = true;
    await ledger.restartPostgres();
  });

  const times = new Map<string, number>();
  for (const { messageId } of mailServer.taken) times.set(messageId, (times.get(messageId) ?? 0) + 1);
  const { rows } = await ledger.pool.query<{ id: string; uncertain: number }>(
    'select id, uncertain_attempts as uncertain from {schema}.message',
  );
  const lost = rows.filter(({ id }) => !times.has(id));
  const again = ({ id }: { readonly id: string }) => (times.get(id) ?? 1) - 1;
  const twice = rows.reduce((sum, row) => sum + again(row), 0);
  const report = {
    messages: rows.length,
    killed: ledger.killed,
    restartedPostgres: restarted,
    uncertain: rows.reduce((sum, { uncertain }) => sum + uncertain, 0),
    lost: lost.length,
    twice,
  };
  process.stdout.write(`the ledger: ${JSON.stringify(report)}\n`);
  expect(rows).toHaveLength(people);
  expect(lost).toEqual([]);
  // Only what a killed worker, or a dropped connection, left in doubt goes out again, and the ledger says so of each.
  expect(rows.filter((row) => again(row) > row.uncertain)).toEqual([]);
  const killed = Object.values(ledger.killed).reduce((sum, count) => sum + count, 0);
  expect(twice).toBeLessThanOrEqual(MOST_UNKNOWN * killed + drops);
  expect(steps).toEqual([]);
  expect(seen).toBeGreaterThan(people);

  await mailServer.close();
  await ledger.close();
}
