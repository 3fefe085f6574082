import { setImmediate as nextTick } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { openLedger } from '../../support/ledger.ts';
import { openPostmarkStandIn, type Reaction } from '../../support/postmark-stand-in.ts';
import { killAllParts } from '../../support/processes.ts';

const WORKERS = 2;
/** Calls that fail at least, before anything else befalls the system: nobody can tell whether their mails were taken. */
const FAULTY = 3;

interface Plan {
  readonly people: number;
  /** What befalls the system, in this order, while a call is under way. */
  readonly steps: readonly StepName[];
}

type StepName = 'before acceptance, not taken' | 'after acceptance' | 'with the answer' | 'Postgres restarts';

/** Certainly not taken: the mails go out in another call. */
const CERTAIN: readonly Reaction[] = [
  { fail: { status: 503, code: 100, message: 'Maintenance' } },
  { fail: { status: 429, code: 429, headers: { 'retry-after': '1' } } },
];
/** Nobody can tell from the answer whether they were taken. No silence among them: it would cost the worker's patience. */
const UNTOLD: readonly Reaction[] = [
  'drop-after',
  { fail: { status: 500, code: 0 } },
  { failAfter: { status: 500, code: 0 } },
  'drop',
  'garbage-after',
  'short-after',
];

afterAll(killAllParts);

/**
 * The ledger over a provider that takes no call again, and can be asked: the first calls fail without telling whether they were
 * taken; workers are killed around a call, and Postgres restarts during one. Its search knows of a mail seconds after it was
 * taken. Afterwards every mail must have been taken, and none twice: whoever does not know looks first.
 */
export function testLedgerOverPostmark(plan: Plan): void {
  it(`loses none of ${plan.people} mails and repeats none over Postmark, whatever is killed whenever`, () =>
    run(plan));
}

async function run({ people, steps: names }: Plan): Promise<void> {
  const postmark = await openPostmarkStandIn({ keepBodies: false, listedAfterMs: 3_000 });
  const ledger = await openLedger({
    people,
    env: {
      MAIL_TRANSPORT: 'postmark',
      POSTMARK_SERVER_TOKEN: postmark.serverToken,
      POSTMARK_BASE_URL: postmark.url,
      MAIL_FROM: 'Events <events@events.example.test>',
    },
  });
  let restarted = false;
  /** Nobody knows whose call it is: all workers go where the caller must be among them. */
  const killAll = (when: StepName) => ledger.kill(when, WORKERS);
  const all: Record<StepName, (answer: (reaction?: Reaction) => void) => Promise<unknown>> = {
    'before acceptance, not taken': async (answer) => {
      await killAll('before acceptance, not taken');
      answer('drop');
    },
    'after acceptance': async (answer) => {
      answer('hang');
      await nextTick();
      await killAll('after acceptance');
    },
    'with the answer': async (answer) => {
      answer();
      await nextTick();
      await killAll('with the answer');
    },
    'Postgres restarts': async (answer) => {
      await ledger.restartPostgres(async () => {
        answer();
        await Promise.any(
          ledger.everyWorker.map((worker) => worker.saysThat('outcomes wait for the database')),
        );
      });
      restarted = true;
    },
  };
  const steps = names.map((name) => all[name]);
  const failed = { certain: 0, untold: 0 };
  let calls = 0;
  let busy = true;
  let underWay: Promise<unknown> = Promise.resolve();
  /** The mails of calls that something befell. */
  const befallen = new Set<string | undefined>();

  function nextFault(): Reaction | undefined {
    // Not Math.random: the same share of faults in every run. Multiplying by a large prime scatters them.
    const luck = ((calls + 7) * 7_919) % 1_000;
    if (luck < 150) return CERTAIN[failed.certain++ % CERTAIN.length];
    if (luck < 400) return UNTOLD[failed.untold++ % UNTOLD.length];
    return undefined;
  }

  postmark.react = ({ method, mails }) => {
    if (method !== 'POST') return undefined;
    calls++;
    const ids = mails.map(({ metadata }) => metadata.message_id);
    const isFresh = !ids.some((id) => befallen.has(id));
    for (const id of ids) befallen.add(id);
    const step = busy || calls <= FAULTY ? undefined : steps.shift();
    if (step) {
      busy = true;
      return new Promise((answer) => {
        underWay = step(answer)
          .then(ledger.settled)
          .then(() => {
            busy = false;
          });
      });
    }
    // Whoever calls meanwhile waits, so that calls are left for the next step.
    if (busy) return underWay.then(() => undefined);
    // Each failure makes a mail wait longer, in the end for a quarter of an hour, and a kill is a failure, too: one fault is enough.
    return isFresh ? nextFault() : undefined;
  };

  for (let i = 0; i < WORKERS; i++) await ledger.startWorker();
  await ledger.settled();
  expect(await ledger.sendToAll()).toEqual({ queued: people, skipped: [] });
  busy = false;
  await ledger.untilAllSent();
  await nextTick();

  const taken = Map.groupBy(postmark.accepted, ({ metadata }) => metadata.message_id);
  const ids = await ledger.messageIds();
  const lost = ids.filter((id) => !taken.has(id));
  const twice = [...taken].filter(([, mails]) => mails.length > 1).map(([id]) => id);
  const report = {
    messages: ids.length,
    calls,
    questions: postmark.requests.filter(({ method }) => method === 'GET').length,
    largestCall: Math.max(...postmark.requests.map(({ mails }) => mails)),
    ...{ failedCertainly: failed.certain, failedUntold: failed.untold, killed: ledger.killed },
    ...{ restartedPostgres: restarted, lost: lost.length, twice: twice.length },
  };
  process.stdout.write(`the ledger over Postmark: ${JSON.stringify(report)}\n`);
  expect(ids).toHaveLength(people);
  expect(lost).toEqual([]);
  expect(twice).toEqual([]);
  expect(taken.size).toBe(people);
  expect(steps).toEqual([]);
  expect(restarted).toBe(names.includes('Postgres restarts'));
  expect(failed.untold).toBeGreaterThan(0);

  await postmark.close();
  await ledger.close();
}
