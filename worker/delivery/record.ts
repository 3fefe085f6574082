import {
  type Due,
  type Ending,
  type Retry,
  recordAcceptances,
  recordEndings,
  recordRetries,
} from '../../src/db/delivery.ts';
import { type Db, type Pool, transaction } from '../../src/db/pool.ts';
import { PRIORITIES, type Priority, retryDelay } from '../../src/domain/message.ts';
import { createBatcher } from '../../src/lib/batcher.ts';
import { singleLine } from '../../src/lib/clean-text.ts';
import type { Logger } from '../../src/log.ts';
import type { DeliveryMetrics } from '../../src/operations/delivery-metrics.ts';
import type { Outcome } from '../../src/providers/provider.ts';
import { enqueueMessages, type PgBoss } from '../../src/queue/boss.ts';
import { untilRecorded } from './until-recorded.ts';

/** How long an outcome may wait for others to be written down with it. A crash leaves so much more in doubt. */
const GROUP_MS = 20;
const GROUP_MOST = 1_000;
/** A provider that says nothing of a mail for so long is asked. */
const RECONCILE_SENT_MS = 15 * 60_000;
/** Where nobody knows whether it left: once the provider has had time to list it. */
const RECONCILE_UNKNOWN_MS = 60_000;

/** A message that was handed over. `batchId`: it can be made sure that nothing is sent twice. */
export type Handed = Pick<Due, 'id' | 'priority' | 'expiresAt' | 'isUncertain' | 'batchId'>;

/** What became of a claimed message. `attempt` is the number of the attempt. */
export interface Result {
  readonly due: Handed;
  readonly attempt: number;
  /** 0 to 1; the same for mails that were sent together, so that they are tried again together. */
  readonly jitter: number;
  readonly outcome: Outcome | { readonly type: 'ended'; readonly ending: Omit<Ending, 'id'> };
  /** With a refusal that stops everything: when this mail is tried again. */
  readonly againAt?: Date | null;
}

interface RecorderContext {
  readonly pool: Pool;
  readonly boss: PgBoss;
  readonly log: Logger;
  readonly metrics: DeliveryMetrics;
  /** Whether the provider can be asked what became of a mail. */
  readonly asksLater: boolean;
  readonly now: () => Date;
}

export type Recorder = ReturnType<typeof createRecorder>;

/**
 * Writes down what becomes of messages, from all jobs of this worker together: a statement for a group costs little
 * more than one for a single message, and a commit each would cost more than the mails themselves.
 */
export function createRecorder(context: RecorderContext) {
  const { log, metrics } = context;
  const record = createBatcher<Result & { readonly knownAt: number }>(
    async (group) => {
      await untilRecorded(log, () => write(context, group));
      const at = performance.now();
      for (const { due, knownAt } of group) metrics.observe('record', due.priority, (at - knownAt) / 1000);
    },
    { waitMs: GROUP_MS, most: GROUP_MOST },
  );
  return {
    /** Resolves once it is written down. */
    record: (result: Result): Promise<void> =>
      record({ ...result, outcome: printable(result.outcome), knownAt: performance.now() }),
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
  { pool, boss, metrics, asksLater, now }: RecorderContext,
  results: readonly Result[],
): Promise<void> {
  const at = now();
  const accepted = results
    .flatMap(({ due, outcome }) =>
      outcome.type === 'accepted' ? [{ id: due.id, providerMessageId: outcome.providerMessageId }] : [],
    )
    // In the order in which others lock them, too.
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const acceptedReconcileAt = asksLater ? new Date(at.getTime() + RECONCILE_SENT_MS) : null;
  const plans = results.flatMap((result) => plan(result, at) ?? []);
  const retries = plans.filter((p) => 'dueAt' in p);
  const endings = plans.filter((p) => 'status' in p);

  // Nearly always all are accepted: one statement, which is a transaction of its own.
  if (plans.length === 0) await recordAcceptances(pool, accepted, at, acceptedReconcileAt);
  else
    await transaction(pool, async (db) => {
      if (accepted.length) await recordAcceptances(db, accepted, at, acceptedReconcileAt);
      if (endings.length) await recordEndings(db, endings, at, new Date(at.getTime() + RECONCILE_UNKNOWN_MS));
      if (!retries.length) return;
      const ours = await recordRetries(db, retries, at);
      await enqueueAgain(
        boss,
        db,
        retries.filter(({ id }) => ours.has(id)),
      );
    });

  for (const { due, outcome } of results) {
    if (outcome.type !== 'accepted') continue;
    metrics.count('accepted', due.priority);
    if (due.isUncertain && !due.batchId) metrics.count('possible_duplicates', due.priority);
  }
  for (const { spent, priority } of retries) if (spent) metrics.count('retried', priority);
  for (const { status, priority } of endings) metrics.count(status, priority);
}

/** `alone`: in a job of its own. */
type Planned = (Ending | (Retry & { readonly alone: boolean })) & { readonly priority: Priority };

/** What follows from an outcome that is no acceptance: another attempt, or an end. */
function plan({ due, attempt, jitter, outcome, againAt }: Result, at: Date): Planned | null {
  const { id, priority } = due;
  const again = { id, attempt, priority, newBatch: false, alone: false };
  switch (outcome.type) {
    case 'accepted':
      return null;
    case 'ended':
      return { id, priority, ...outcome.ending };
    case 'bounced':
    case 'failed':
      return { id, priority, status: outcome.type, error: outcome.error };
    case 'not_tried':
      return { ...again, dueAt: at, error: outcome.error, outcomeUnknown: false, spent: false };
    case 'anew':
      return {
        ...again,
        dueAt: at,
        error: outcome.error,
        outcomeUnknown: false,
        spent: true,
        newBatch: true,
        alone: outcome.alone,
      };
    case 'refused':
      if (againAt)
        return { ...again, dueAt: againAt, error: outcome.error, outcomeUnknown: false, spent: false };
      return anotherAttempt(outcome.error, false);
    case 'retry':
      return anotherAttempt(outcome.error, false);
    case 'outcome_unknown':
      return anotherAttempt(outcome.error, true);
  }

  function anotherAttempt(error: string, outcomeUnknown: boolean): Planned {
    const dueAt = new Date(at.getTime() + retryDelay(attempt, jitter));
    if (dueAt < due.expiresAt) return { ...again, dueAt, error, outcomeUnknown, spent: true };
    return outcomeUnknown || due.isUncertain
      ? { id, priority, status: 'unknown', error: `It may have arrived; too late to send it again: ${error}` }
      : { id, priority, status: 'not_sent', error: `Too late to try again: ${error}` };
  }
}

/** One job for all that are due at the same time, up to a hundred. */
async function enqueueAgain(
  boss: PgBoss,
  db: Db,
  retries: readonly { id: string; priority: Priority; dueAt: Date; alone: boolean }[],
): Promise<void> {
  for (const priority of PRIORITIES) {
    const byTime = Map.groupBy(
      retries.filter((retry) => retry.priority === priority),
      (retry) => retry.dueAt.getTime(),
    );
    for (const [time, group] of byTime) {
      await enqueueMessages(
        boss,
        db,
        priority,
        group.map(({ id }) => id),
        { startAfter: new Date(time), ...(group.some(({ alone }) => alone) && { most: 1 }) },
      );
    }
  }
}
