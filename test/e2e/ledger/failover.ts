import { setImmediate as nextTick } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { openLedger } from '../../support/ledger.ts';
import { killAllParts } from '../../support/processes.ts';
import { openResendStandIn, type Reaction } from '../../support/resend-stand-in.ts';
import { openFaultServer } from '../../support/smtp-fault-server.ts';

const WORKERS = 2;
/** Over SMTP a worker that is killed leaves at most so many mails with an unknown outcome: twice its connections. */
const MOST_UNKNOWN = 40;

/** How a transport fares: it takes mail, refuses our account, or answers nobody. */
type State = 'takes mail' | 'refuses us' | 'is down';

/** When workers are killed: as a transport is asked to take a mail, or when it has taken one and has not said so. */
interface Kill {
  readonly at: 'first' | 'second';
  readonly when: 'asked' | 'taken';
  /** After so many times. */
  readonly after: number;
}

interface Plan {
  readonly people: number;
  readonly first: 'smtp' | 'resend';
  readonly second: 'smtp' | 'resend';
  /** What is the matter with the first until a quarter of the mails are taken. */
  readonly trouble: Exclude<State, 'takes mail'>;
  /** So many calls to the first are taken before that, and their answers lost. */
  readonly lostAnswers?: number;
  readonly kills: readonly Kill[];
}

interface Side {
  readonly env: Readonly<Record<string, string>>;
  /** Whether a call may be made again without sending anything twice. */
  readonly isIdempotent: boolean;
  state: State;
  /** How many of the next calls are taken without an answer, and how it fares from the last of them on. */
  loses: number;
  afterwards: State;
  /** The ids of the messages that it took, in order. */
  taken(): string[];
  /** Kills whoever it is, where the plan says so. Resolves when they are dead. */
  strike(when: Kill['when']): Promise<boolean>;
  close(): Promise<void>;
}

afterAll(killAllParts);

/**
 * The ledger over two transports: the first takes nothing, workers are killed while they turn to the second and while that
 * takes mails, and in the middle the first takes mail again. Afterwards every mail must have been taken, and none by both.
 */
export function testLedgerOfFailover(plan: Plan): void {
  const { people, first, second, trouble } = plan;
  it(`loses none of ${people} mails and sends none by both where ${first} ${trouble} and ${second} takes them, whatever is killed whenever`, () =>
    run(plan));
}

async function run({ people, trouble, lostAnswers = 0, kills, ...plan }: Plan): Promise<void> {
  const first = await (plan.first === 'smtp' ? openSmtpSide('SMTP_URL') : openResendSide());
  const second = await (plan.second === 'smtp' ? openSmtpSide('FALLBACK_SMTP_URL') : openResendSide());
  const sides = { first, second };
  const ledger = await openLedger({
    people,
    env: {
      MAIL_TRANSPORT: plan.first,
      FALLBACK_TRANSPORT: plan.second,
      MAIL_FROM: 'Events <events@events.example.test>',
      ...first.env,
      ...second.env,
    },
  });

  const left = [...kills];
  const seen = { first: { asked: 0, taken: 0 }, second: { asked: 0, taken: 0 } };
  for (const at of ['first', 'second'] as const)
    sides[at].strike = async (when) => {
      const times = ++seen[at][when];
      const next = left.findIndex((kill) => kill.at === at && kill.when === when && kill.after <= times);
      if (next < 0) return false;
      left.splice(next, 1);
      // Nobody knows whose mail it is: all workers go where the sender must be among them.
      await ledger.kill(`${at} ${when}`, WORKERS);
      return true;
    };
  Object.assign(first, {
    loses: lostAnswers,
    state: lostAnswers > 0 ? 'takes mail' : trouble,
    afterwards: trouble,
  });

  for (let i = 0; i < WORKERS; i++) await ledger.startWorker();
  await ledger.settled();
  expect(await ledger.sendToAll()).toEqual({ queued: people, skipped: [] });
  let isBack = false;
  await ledger.untilAllSent(async () => {
    if (isBack || second.taken().length < people / 4 || left.length > 0) return;
    isBack = true;
    first.state = 'takes mail';
    // A probe would come within a minute.
    await ledger.pool.query(
      `update {schema}.circuit_breaker set probe_at = now() - interval '1 minute', is_probing = false`,
    );
  });

  const ids = await ledger.messageIds();
  const taken = { first: first.taken(), second: second.taken() };
  const twice = (all: readonly string[]) => all.length - new Set(all).size;
  const { rows } = await ledger.pool.query<{ action: string; count: number }>(
    `select action, count(*) from {schema}.audit_entry where action like 'sending_failed_%' group by action order by action`,
  );
  const report = {
    ...plan,
    ...{ trouble, messages: ids.length, killed: ledger.killed },
    takenByFirst: taken.first.length,
    takenBySecond: taken.second.length,
    lost: ids.filter((id) => !taken.first.includes(id) && !taken.second.includes(id)).length,
    byBoth: new Set(taken.first.filter((id) => taken.second.includes(id))).size,
    twiceByFirst: twice(taken.first),
    twiceBySecond: twice(taken.second),
    told: Object.fromEntries(rows.map(({ action, count }) => [action, count])),
  };
  process.stdout.write(`the ledger of fail-over: ${JSON.stringify(report)}\n`);
  expect(ids).toHaveLength(people);
  // Nobody is killed any more when the first takes mail again.
  expect(report).toMatchObject({ lost: 0, byBoth: 0, twiceByFirst: 0 });
  const killed = Object.values(ledger.killed).reduce((sum, count) => sum + count, 0);
  expect(report.twiceBySecond).toBeLessThanOrEqual(second.isIdempotent ? 0 : MOST_UNKNOWN * killed);
  expect(left).toEqual([]);
  expect(report.takenBySecond).toBeGreaterThanOrEqual(people / 4);
  expect(report.takenByFirst).toBeGreaterThan(0);
  expect(report.told).toEqual({
    sending_failed_back: expect.any(Number),
    sending_failed_over: expect.any(Number),
  });

  await Promise.all([first.close(), second.close()]);
  await ledger.close();
}

function loseAnswer(side: Side): boolean {
  if (side.loses === 0) return false;
  side.loses--;
  if (side.loses === 0) side.state = side.afterwards;
  return true;
}

async function openSmtpSide(variable: string): Promise<Side> {
  const server = await openFaultServer();
  const side: Side = {
    env: { [variable]: server.url },
    isIdempotent: false,
    state: 'takes mail',
    loses: 0,
    afterwards: 'takes mail',
    taken: () => server.taken.map(({ messageId }) => messageId),
    strike: async () => false,
    close: () => server.close(),
  };
  server.react = (step) => {
    if (step === 'greeting' && side.state === 'is down') return 'drop';
    if (step === 'taken') {
      void side.strike('taken');
      return loseAnswer(side) ? 'drop' : undefined;
    }
    if (step !== 'MAIL') return undefined;
    void side.strike('asked');
    if (side.state === 'refuses us') return '550 5.7.1 your account is suspended';
    // Slow enough that something is left for the first when that takes mail again.
    return 100;
  };
  return side;
}

const REACTIONS: Readonly<Record<State, Reaction | undefined>> = {
  'takes mail': undefined,
  'refuses us': { fail: { status: 403, name: 'suspended_api_key', message: 'This API key is suspended.' } },
  'is down': { fail: { status: 500, name: 'application_error', message: 'Something broke.' } },
};

async function openResendSide(): Promise<Side> {
  const resend = await openResendStandIn({ keepBodies: false, answerAfterMs: 3_000 });
  const side: Side = {
    env: { RESEND_API_KEY: resend.apiKey, RESEND_BASE_URL: resend.url },
    isIdempotent: true,
    state: 'takes mail',
    loses: 0,
    afterwards: 'takes mail',
    taken: () => resend.accepted.map(({ tags }) => tags.message_id ?? ''),
    strike: async () => false,
    close: () => resend.close(),
  };
  resend.react = async ({ method }) => {
    if (method !== 'POST') return undefined;
    const { state } = side;
    if (await side.strike('asked')) return REACTIONS[state] ?? 'drop';
    if (state !== 'takes mail') return REACTIONS[state];
    if (loseAnswer(side)) return 'drop-after';
    // It takes the call, and whoever made it is gone before the answer.
    void nextTick().then(() => side.strike('taken'));
    return undefined;
  };
  return side;
}
