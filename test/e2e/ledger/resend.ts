import { setTimeout as delay, setImmediate as nextTick } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { openLedger } from '../../support/ledger.ts';
import { killAllParts } from '../../support/processes.ts';
import { openResendStandIn, type Reaction } from '../../support/resend-stand-in.ts';

/** Of the fan-out, which takes 5,000 at a time. */
const SLICE = 5_000;
const WORKERS = 2;

interface Plan {
  /** How many get a mail: a hundred in each call. More than a slice: all workers are killed in the fan-out, too. */
  readonly people: number;
  /** What befalls the system, in this order. */
  readonly steps: readonly StepName[];
  /** At which call the first of them comes. */
  readonly firstAt: number;
  /** How many calls go through between two of them. Null: whoever calls meanwhile waits, so that calls are left. */
  readonly callsBetween: number | null;
  /** When two calls in five fail. What was killed and fails as well waits for half a minute. */
  readonly faults: 'throughout' | 'before the first step';
}

type StepName =
  | 'before acceptance, not taken'
  | 'after acceptance'
  | 'before acceptance, taken late'
  | 'Postgres restarts'
  | 'with the answer'
  | 'before acceptance, taken'
  | 'while the answer is written down'
  | 'after acceptance, one of two'
  | 'before acceptance, one of two';

const BEFORE: readonly Reaction[] = [
  { fail: { status: 500, name: 'application_error' } },
  'drop',
  { fail: { status: 503, name: 'service_unavailable' } },
  'non-json',
  { fail: { status: 429, name: 'rate_limit_exceeded', headers: { 'retry-after': '1' } } },
];
/** No silence among them: it would cost the worker's patience of half a minute, and the test as much. */
const AFTER: readonly Reaction[] = [
  'drop-after',
  { failAfter: { status: 500, name: 'application_error' } },
  'non-json-after',
];
/** What befalls the system at one call. `answer` says what the call is to see of it. */
type Step = (answer: (reaction?: Reaction) => void, key: string | null) => Promise<unknown>;

afterAll(killAllParts);

/**
 * The ledger over a provider that knows a call again: two calls in five fail, half of those after they were taken;
 * workers are killed at each step of a call, and Postgres restarts during one. Afterwards every mail must have been
 * taken, and none twice.
 */
export function testLedgerOverResend(plan: Plan): void {
  it(`loses none of ${plan.people} mails and repeats none over Resend, whatever is killed whenever`, () =>
    run(plan));
}

async function run({ people, steps: names, firstAt, callsBetween, faults }: Plan): Promise<void> {
  const resend = await openResendStandIn({ keepBodies: false });
  const ledger = await openLedger({
    people,
    env: {
      MAIL_TRANSPORT: 'resend',
      RESEND_API_KEY: resend.apiKey,
      RESEND_BASE_URL: resend.url,
      MAIL_FROM: 'Events <events@events.example.test>',
    },
  });

  let allSent = false;
  let takenLate: Promise<unknown> | undefined;
  let restarted = false;
  /** Nobody knows whose call it is: all workers go where the caller must be among them. */
  const killAll = (when: StepName | 'in the fan-out') => ledger.kill(when, WORKERS);
  const askedAgain = async (key: string | null) => {
    const refused = () =>
      resend.requests.some(({ idempotencyKey, status }) => idempotencyKey === key && status === 409);
    while (!allSent && !refused()) await delay(50);
  };
  const all: Record<StepName, Step> = {
    'before acceptance, not taken': async (answer) => {
      await killAll('before acceptance, not taken');
      answer('drop');
    },
    'after acceptance': async (answer) => {
      answer('hang');
      await nextTick();
      await killAll('after acceptance');
    },
    'before acceptance, taken late': async (answer, key) => {
      await killAll('before acceptance, taken late');
      // The next worker finds the call in flight; only then is it taken.
      takenLate = askedAgain(key).then(() => answer());
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
    'with the answer': async (answer) => {
      answer();
      await nextTick();
      await killAll('with the answer');
    },
    'before acceptance, taken': async (answer) => {
      await killAll('before acceptance, taken');
      answer();
    },
    'while the answer is written down': async (answer) => {
      answer();
      // What comes in within 20 ms is written down together.
      await delay(20);
      await killAll('while the answer is written down');
    },
    'after acceptance, one of two': async (answer) => {
      answer('drop-after');
      await nextTick();
      await ledger.kill('after acceptance, one of two');
    },
    'before acceptance, one of two': async (answer) => {
      await ledger.kill('before acceptance, one of two');
      answer();
    },
  };
  const steps = names.map((name) => all[name]);

  const failed = { before: 0, after: 0 };
  /** By call: how often it was made, and how often that failed for no other reason than that we wanted it. */
  const made = new Map<string | null, { times: number; failures: number }>();
  const answered = new Set<string | undefined>();
  let calls = 0;
  let replays = 0;
  let nextStepAt = firstAt;
  /** Until the first step may come, and while one goes on. */
  let busy = true;
  let underWay: Promise<unknown> = Promise.resolve();

  function nextFault(): Reaction | undefined {
    // Not Math.random: the same share of faults in every run. Multiplying by a large prime scatters them.
    const luck = ((calls + 7) * 7_919) % 1_000;
    if (luck < 200) return BEFORE[failed.before++ % BEFORE.length];
    if (luck < 400) return AFTER[failed.after++ % AFTER.length];
    return undefined;
  }

  resend.react = ({ method, idempotencyKey, mails, replay }) => {
    if (method !== 'POST') return undefined;
    calls++;
    if (replay) replays++;
    const call = made.get(idempotencyKey) ?? { times: 0, failures: 0 };
    made.set(idempotencyKey, call);
    call.times++;
    const step = !busy && calls >= nextStepAt ? steps.shift() : undefined;
    if (step) {
      busy = true;
      return new Promise((answer) => {
        underWay = step(answer, idempotencyKey)
          .then(ledger.settled)
          .then(() => {
            nextStepAt = calls + (callsBetween ?? 0);
            busy = false;
          });
      });
    }
    if (busy && callsBetween === null) return underWay.then(() => undefined);
    // After a third failure a call waits for a minute, and so it does when its worker was killed before.
    const mayFail = call.failures < 2 && call.failures === call.times - 1;
    const areOver = faults === 'throughout' ? answered.size >= people * 0.7 : steps.length < names.length;
    const fault = mayFail && !areOver ? nextFault() : undefined;
    if (fault) call.failures++;
    else for (const { tags } of mails) answered.add(tags.message_id);
    return fault;
  };

  for (let i = 0; i < WORKERS; i++) await ledger.startWorker();
  await ledger.settled();
  expect(await ledger.sendToAll()).toEqual({ queued: people, skipped: [] });
  if (people > SLICE) {
    await ledger.fanningOut(Math.ceil(people / SLICE));
    await killAll('in the fan-out');
  }
  busy = false;
  await ledger.untilAllSent();
  allSent = true;
  await takenLate;
  await nextTick();

  const taken = Map.groupBy(resend.accepted, ({ tags }) => tags.message_id);
  const ids = await ledger.messageIds();
  const lost = ids.filter((id) => !taken.has(id));
  const twice = [...taken].filter(([, mails]) => mails.length > 1).map(([id]) => id);
  const report = {
    messages: ids.length,
    calls,
    replays,
    failedBefore: failed.before,
    failedAfter: failed.after,
    killed: ledger.killed,
    restartedPostgres: restarted,
    lost: lost.length,
    twice: twice.length,
  };
  process.stdout.write(`the ledger over Resend: ${JSON.stringify(report)}\n`);
  expect(ids).toHaveLength(people);
  expect(lost).toEqual([]);
  expect(twice).toEqual([]);
  expect(taken.size).toBe(people);
  expect(steps).toEqual([]);
  expect(restarted).toBe(names.includes('Postgres restarts'));
  expect(replays).toBeGreaterThan(0);
  // The same call again is the same bytes.
  const said = ledger.everyWorker.map((worker) => worker.output()).join('');
  expect(said).not.toContain('with other bytes');

  await resend.close();
  await ledger.close();
}
