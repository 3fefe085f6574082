import {
  type Asked,
  claim,
  type Due,
  type Ending,
  loadDue,
  type Retry,
  recordAcceptances,
  recordEndings,
  recordRetries,
} from '../../src/db/delivery.ts';
import { findEvents } from '../../src/db/event.ts';
import { transaction } from '../../src/db/pool.ts';
import { findRegistrants } from '../../src/db/registrant.ts';
import { retryDelay } from '../../src/domain/message.ts';
import { enqueue } from '../../src/queue/boss.ts';
import { deliver as deliverJob } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';
import type { Outcome } from '../transport/transport.ts';
import { type Prepared, prepare } from './prepare.ts';
import { untilRecorded } from './until-recorded.ts';

/**
 * Takes messages from the ledger to the transport: claims what is still wanted, sends it, records what became of it.
 * No transaction is open while the network is used. May run any number of times for the same messages.
 */
export async function deliverMessages(context: WorkerContext, asked: readonly Asked[]): Promise<void> {
  const { pool, transport, now, log } = context;
  const due = await loadDue(pool, asked, now());
  const { prepared, endings } = await prepareAll(context, due);
  const taken = prepared.length ? await claim(pool, prepared, transport.name, now()) : new Set();
  const sent = await Promise.all(
    prepared
      .filter(({ id }) => taken.has(id))
      .map(async (message) => ({ message, outcome: await transport.send(message.mail) })),
  );
  await untilRecorded(log, () => record(context, sent, endings));
}

/** Events and registrants of the messages, and from them the mails; what can no longer be sent ends here. */
async function prepareAll(context: WorkerContext, due: readonly (Due & Asked)[]) {
  const { pool, now, log } = context;
  const events = new Map(
    (
      await findEvents(
        pool,
        due.map((d) => d.eventId),
      )
    ).map((e) => [e.id, e]),
  );
  const registrants = new Map(
    (
      await findRegistrants(
        pool,
        due.map((d) => d.registrantId),
      )
    ).map((r) => [r.id, r]),
  );
  const prepared: Prepared[] = [];
  const endings: Ending[] = [];
  for (const message of due) {
    const { id } = message;
    const event = events.get(message.eventId);
    const registrant = registrants.get(message.registrantId);
    if (!event || !registrant) endings.push({ id, status: 'not_sent', error: 'The registrant was removed.' });
    else if (event.cancelledAt) endings.push({ id, status: 'not_sent', error: 'The event was cancelled.' });
    else if (message.expiresAt <= now())
      endings.push({ id, status: 'not_sent', error: 'Too late: its deadline passed.' });
    else
      try {
        prepared.push(await prepare(context, message, event, registrant));
      } catch (error) {
        // One mail that cannot be written holds nobody else's up.
        log.error({ err: error, messageId: id }, 'mail could not be written');
        endings.push({
          id,
          status: 'failed',
          error: `The mail could not be written: ${(error as Error).message}`,
        });
      }
  }
  return { prepared, endings };
}

async function record(
  { pool, boss, now }: WorkerContext,
  sent: readonly { message: Prepared; outcome: Outcome }[],
  known: readonly Ending[],
): Promise<void> {
  const at = now();
  const accepted = sent.flatMap(({ message, outcome }) =>
    outcome.type === 'accepted' ? [{ id: message.id, providerMessageId: outcome.providerMessageId }] : [],
  );
  const endings = [...known];
  const retries: (Retry & { lane: Due['lane'] })[] = [];
  for (const { message, outcome } of sent) {
    const { id, due } = message;
    if (outcome.type === 'bounced' || outcome.type === 'failed')
      endings.push({ id, status: outcome.type, error: outcome.error });
    if (outcome.type !== 'retry') continue;
    const dueAt = new Date(at.getTime() + retryDelay(due.attempts + 1, Math.random()));
    if (dueAt < due.expiresAt) retries.push({ id, dueAt, error: outcome.error, lane: due.lane });
    else endings.push({ id, status: 'not_sent', error: `Too late to try again: ${outcome.error}` });
  }
  if (accepted.length + endings.length + retries.length === 0) return;
  await transaction(pool, async (db) => {
    if (accepted.length) await recordAcceptances(db, accepted, at);
    if (endings.length) await recordEndings(db, endings, at);
    if (retries.length) await recordRetries(db, retries, at);
    for (const { id, lane, dueAt } of retries)
      await enqueue(boss, db, deliverJob[lane], { messageIds: [id] }, { startAfter: dueAt });
  });
}
