import { setTimeout as delay } from 'node:timers/promises';
import { singleLine } from '../../emails/clean.ts';
import {
  type Due,
  type Ending,
  type Retry,
  recordAcceptances,
  recordEndings,
  recordRetries,
} from '../../src/db/delivery.ts';
import { type Pool, transaction } from '../../src/db/pool.ts';
import { LANES, type Lane, retryDelay } from '../../src/domain/message.ts';
import type { Logger } from '../../src/log.ts';
import { enqueue, type PgBoss } from '../../src/queue/boss.ts';
import { deliver, MESSAGES_PER_JOB } from '../../src/queue/jobs.ts';
import type { Outcome } from '../transport/transport.ts';
import type { Counters } from './counters.ts';
import { untilRecorded } from './until-recorded.ts';

/** How long an outcome may wait for others to be written down with it. A crash leaves so much more in doubt. */
const GROUP_MS = 20;
const GROUP_MOST = 1_000;

/** What became of a claimed message. `attempt` is the number of the attempt. */
export interface Result {
  readonly due: Due;
  readonly attempt: number;
  /** 0 to 1; the same for mails that were sent together, so that they are tried again together. */
  readonly jitter: number;
  readonly outcome: Outcome | { readonly type: 'ended'; readonly ending: Omit<Ending, 'id'> };
  /** With a refusal that stops everything: when this mail is tried again. */
  readonly againAt?: Date | null;
}

export type Recorder = ReturnType<typeof createRecorder>;

/**
 * Writes down what becomes of messages, from all jobs of this worker together: a statement for a group costs little
 * more than one for a single message, and a commit each would cost more than the mails themselves.
 */
export function createRecorder(context: {
  pool: Pool;
  boss: PgBoss;
  log: Logger;
  counters: Counters;
  now: () => Date;
}) {
  const { log, counters } = context;
  let waiting: { result: Result; done: () => void; failed: (error: unknown) => void }[] = [];
  let running = false;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      await delay(GROUP_MS);
      const group = waiting.slice(0, GROUP_MOST);
      waiting = waiting.slice(GROUP_MOST);
      const began = performance.now();
      try {
        await untilRecorded(log, () =>
          write(
            context,
            group.map(({ result }) => result),
          ),
        );
        counters.observe('record', (performance.now() - began) / 1000);
        for (const { done } of group) done();
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
    running = false;
  }

  return {
    /** Resolves once it is written down. */
    record(given: Result): Promise<void> {
      const result = { ...given, outcome: printable(given.outcome) };
      return new Promise((done, failed) => {
        waiting.push({ result, done, failed });
        if (!running) {
          running = true;
          void run();
        }
      });
    },
  };
}

/**
 * A mail server may say anything, and one character that Postgres refuses (NUL) would fail a whole group: mails that
 * have left would count as not sent, and be sent again.
 */
function printable(outcome: Result['outcome']): Result['outcome'] {
  if (outcome.type === 'accepted') return outcome;
  if (outcome.type !== 'ended') return { ...outcome, error: singleLine(outcome.error) };
  return { ...outcome, ending: { ...outcome.ending, error: singleLine(outcome.ending.error) } };
}

async function write(
  { pool, boss, counters, now }: { pool: Pool; boss: PgBoss; counters: Counters; now: () => Date },
  results: readonly Result[],
): Promise<void> {
  const at = now();
  const accepted = results.flatMap(({ due, outcome }) =>
    outcome.type === 'accepted' ? [{ id: due.id, providerMessageId: outcome.providerMessageId }] : [],
  );
  const plans = results.flatMap((result) => plan(result, at) ?? []);
  const retries = plans.filter((p) => 'dueAt' in p);
  const endings = plans.filter((p) => 'status' in p);

  // Nearly always all are accepted: one statement, which is a transaction of its own.
  if (plans.length === 0) await recordAcceptances(pool, accepted, at);
  else
    await transaction(pool, async (db) => {
      if (accepted.length) await recordAcceptances(db, accepted, at);
      if (endings.length) await recordEndings(db, endings, at);
      if (!retries.length) return;
      const ours = await recordRetries(db, retries, at);
      await enqueueAgain(
        boss,
        db,
        retries.filter(({ id }) => ours.has(id)),
      );
    });

  counters.count('accepted', accepted.length);
  counters.count(
    'possible_duplicates',
    results.filter((r) => r.outcome.type === 'accepted' && r.due.doubted).length,
  );
  counters.count('retried', retries.filter(({ spent }) => spent).length);
  for (const { status } of endings) if (status !== 'dropped') counters.count(status);
}

type Planned = Ending | (Retry & { readonly lane: Lane });

/** What follows from an outcome that is no acceptance: another attempt, or an end. */
function plan({ due, attempt, jitter, outcome, againAt }: Result, at: Date): Planned | null {
  const { id, lane } = due;
  switch (outcome.type) {
    case 'accepted':
      return null;
    case 'ended':
      return { id, ...outcome.ending };
    case 'bounced':
    case 'failed':
      return { id, status: outcome.type, error: outcome.error };
    case 'not_tried':
      return { id, attempt, lane, dueAt: at, error: outcome.error, inDoubt: false, spent: false };
    case 'refused':
      if (againAt)
        return { id, attempt, lane, dueAt: againAt, error: outcome.error, inDoubt: false, spent: false };
      return anotherAttempt(outcome.error, false);
    case 'retry':
      return anotherAttempt(outcome.error, false);
    case 'in_doubt':
      return anotherAttempt(outcome.error, true);
  }

  function anotherAttempt(error: string, inDoubt: boolean): Planned {
    const dueAt = new Date(at.getTime() + retryDelay(attempt, jitter));
    if (dueAt < due.expiresAt) return { id, attempt, lane, dueAt, error, inDoubt, spent: true };
    return inDoubt || due.doubted
      ? { id, status: 'unknown', error: `It may have arrived; too late to send it again: ${error}` }
      : { id, status: 'not_sent', error: `Too late to try again: ${error}` };
  }
}

/** One job for all that are due at the same time, up to a hundred. */
async function enqueueAgain(
  boss: PgBoss,
  db: Parameters<typeof enqueue>[1],
  retries: readonly { id: string; lane: Lane; dueAt: Date }[],
): Promise<void> {
  for (const lane of LANES) {
    const byTime = Map.groupBy(
      retries.filter((retry) => retry.lane === lane),
      (retry) => retry.dueAt.getTime(),
    );
    for (const [time, group] of byTime)
      for (let i = 0; i < group.length; i += MESSAGES_PER_JOB) {
        const ids = group.slice(i, i + MESSAGES_PER_JOB).map(({ id }) => id);
        await enqueue(boss, db, deliver[lane], { messageIds: ids }, { startAfter: new Date(time) });
      }
  }
}
