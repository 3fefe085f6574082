import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../src/config.ts';
import { isTemporary } from '../../src/db/database-error.ts';
import { type Due, recordAcceptances, recordEndings, recordRetries } from '../../src/db/delivery.ts';
import { type Pool, transaction } from '../../src/db/pool.ts';
import { type NextStep, nextStep, type Outcome } from '../../src/domain/delivery/outcome.ts';
import { redact } from '../../src/domain/redact.ts';
import { createBatcher } from '../../src/lib/batcher.ts';
import { singleLine } from '../../src/lib/clean-text.ts';
import type { Logger } from '../../src/log.ts';
import type { DeliveryMetrics } from '../../src/operations/delivery-metrics.ts';
import type { Capabilities } from '../../src/providers/provider.ts';
import { enqueueAgain, type PgBoss } from '../../src/queue/boss.ts';

/** Outcomes in one transaction, at most. */
const BATCH = 1_000;
/** In milliseconds: so long an outcome waits for others to be recorded with it, unless they are many. */
const GATHER_MS = 5;
/**
 * Outcomes for each connection that are many. A mail keeps its slot until it is recorded, and each connection has two slots:
 * in larger batches mails would keep the slots, and connections would have nothing to send.
 */
const ENOUGH = 1 / 2;
/** In milliseconds: how often the database is tried while it is away. */
const RETRY_EVERY = 500;
/** So often an outcome that the database refuses by itself is tried. */
const TRIES = 5;
/** A provider that says nothing of a mail for so long is asked, in milliseconds. */
const RECONCILE_SENT_MS = 15 * 60_000;
/** Where nobody knows whether it left: once the provider has had time to list it, in milliseconds. */
const RECONCILE_UNKNOWN_MS = 60_000;

/** A message whose outcome is known. `batchId`: the call that this attempt made again or looked up. */
export type Handed = Pick<Due, 'ledger' | 'id' | 'priority' | 'expiresAt' | 'isUncertain' | 'batchId'> &
  Partial<Pick<Due, 'to' | 'registrant'>>;

interface Recording {
  readonly due: Handed;
  readonly outcome: Outcome;
  /** The number of the attempt, from 1; 0: it was not handed over. A later attempt's outcome is not overwritten. */
  readonly attempt: number;
  readonly jitter: number;
  readonly knownAt: number;
}

interface RecorderContext {
  readonly config: Pick<Config, 'ownAddresses'>;
  readonly pool: Pool;
  readonly boss: PgBoss;
  readonly log: Logger;
  readonly metrics: DeliveryMetrics;
  readonly capabilities: Capabilities;
  /** Whether what was certainly not taken may leave by another transport. */
  readonly mayMove: boolean;
  /** Whether these are the outcomes of the second transport. */
  readonly isFallback: boolean;
  readonly now: () => Date;
}

export type Recorder = ReturnType<typeof createRecorder>;

/**
 * Records outcomes, from all jobs of this worker together: a statement for a batch costs little more than one for a
 * single message, and a commit each would cost more than the mails themselves.
 */
export function createRecorder(context: RecorderContext) {
  const { log, metrics } = context;
  const own = context.config.ownAddresses;
  const record = createBatcher<Recording>(
    async (batch) => {
      await writeSurely(batch);
      const at = performance.now();
      for (const { due, knownAt } of batch) metrics.observe('record', due.priority, (at - knownAt) / 1000);
    },
    { most: BATCH, waitMs: GATHER_MS, enough: ENOUGH * context.capabilities.connections },
  );

  /**
   * Writes the outcomes, again and again while the database is away: mails have left, and whoever sends next must know.
   * Where it refuses a batch for what is in it, each is written alone, so that one of them keeps back no other.
   */
  async function writeSurely(batch: readonly Recording[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await write(context, batch);
      } catch (error) {
        const comesBack = isTemporary(error);
        if (tries === 1) log.warn({ err: error, messages: batch.length }, 'outcomes wait for the database');
        if (!comesBack && batch.length > 1) {
          for (const recording of batch) await writeSurely([recording]);
          return;
        }
        if (!comesBack && tries >= TRIES) {
          const [first] = batch;
          log.error(
            { err: error, messageId: first?.due.id },
            'an outcome cannot be recorded: the mail may go out again',
          );
          return;
        }
      }
      await delay(RETRY_EVERY);
    }
  }

  return {
    /** Resolves once it is written down. Never rejects. */
    record: (
      due: Handed,
      outcome: Outcome,
      { attempt = 0, jitter = 0 }: { readonly attempt?: number; readonly jitter?: number } = {},
    ): Promise<void> =>
      record({ due, outcome: printable(outcome, due, { own }), attempt, jitter, knownAt: performance.now() }),
  };
}

/**
 * A mail server may say anything: a character that Postgres refuses (NUL) would fail a whole batch, and whom a mail went to is told by
 * nothing that outlives them. `to`: the address that it was handed over with; `own`: those that we send as.
 */
export function printable<Known extends Outcome>(
  outcome: Known,
  { registrant, ...due }: Pick<Handed, 'to' | 'registrant'>,
  { to = null, own }: { readonly to?: string | null | undefined; readonly own: readonly string[] },
): Known {
  if (outcome.type === 'accepted') return outcome;
  const person = {
    addresses: [to, due.to, registrant?.email],
    names: registrant ? [registrant.firstName, registrant.lastName] : [],
  };
  return { ...outcome, error: redact(singleLine(outcome.error), person, own) };
}

type Step<Type extends NextStep['type']> = Handed & { readonly attempt: number } & Extract<
    NextStep,
    { readonly type: Type }
  >;

async function write(
  { pool, boss, metrics, capabilities, mayMove, isFallback, now }: RecorderContext,
  batch: readonly Recording[],
): Promise<void> {
  const at = now();
  const after = (ms: number) => new Date(at.getTime() + ms);
  const steps = batch.map(({ due, outcome, attempt, jitter }) => {
    const { expiresAt, isUncertain, batchId } = due;
    // Of a call that was made before this attempt has only looked for its mails.
    const endsCall = !capabilities.idempotencyKeys && batchId === null;
    const tried = { number: attempt, expiresAt, isUncertain, endsCall, jitter };
    return { ...due, attempt, ...nextStep(outcome, tried, at) };
  });
  const sent = steps.filter((step): step is Step<'sent'> => step.type === 'sent');
  const again = steps.filter((step): step is Step<'again'> => step.type === 'again');
  const ended = steps.filter((step): step is Step<'ended'> => step.type === 'ended');
  // In the order in which others lock them, too.
  sent.sort((a, b) => (a.id < b.id ? -1 : 1));
  const reconcileAt = (ms: number) => (capabilities.reconciles ? after(ms) : null);

  // Nearly always all are sent: a statement for each event, which is a transaction of its own.
  if (sent.length === steps.length) await recordAcceptances(pool, sent, at, reconcileAt(RECONCILE_SENT_MS));
  else
    await transaction(pool, async (db) => {
      if (sent.length) await recordAcceptances(db, sent, at, reconcileAt(RECONCILE_SENT_MS));
      if (ended.length) await recordEndings(db, ended, at, reconcileAt(RECONCILE_UNKNOWN_MS));
      if (!again.length) return;
      // What may leave by another transport is part of no call of this one any more.
      const moving = ({ uncertain, isUncertain }: Step<'again'>) => mayMove && !uncertain && !isUncertain;
      const retries = again.map((step) => (moving(step) ? { ...step, newCall: true } : step));
      const ours = await recordRetries(db, retries, at);
      await enqueueAgain(
        boss,
        db,
        again.flatMap((step) => (ours.has(step.id) ? [{ ...step, at: step.dueAt }] : [])),
      );
    });

  for (const { priority, isUncertain, batchId } of sent) {
    metrics.count('accepted', priority);
    if (isFallback) metrics.count('by_fallback', priority);
    if (isUncertain && !batchId) metrics.count('possible_duplicates', priority);
  }
  for (const { spent, priority } of again) if (spent) metrics.count('retried', priority);
  for (const { status, priority } of ended) metrics.count(status, priority);
}
