import { digestEvent, lookAtSend } from '../../src/actions/digest.ts';
import { allowing, transaction } from '../../src/db/pool.ts';
import { listEventsToDigest, listSendsToLookAt } from '../../src/db/send.ts';
import type { WorkerContext } from '../context.ts';
import { inTurn, type Service } from './service.ts';

/** So many sends, and events, in one run. */
const LIMIT = 50;

/** Makes the digests of mails to many and of events that are over, and watches for bounces. */
export const digests: Service = {
  name: 'digests',
  schedule: '* * * * *',
  run: (context, signal) => inTurn([lookAtSends, digestEvents], (step) => step(context, signal)),
};

async function lookAtSends(context: WorkerContext, signal: AbortSignal): Promise<void> {
  const { pool, now } = context;
  const { alerts } = context.config;
  if (!alerts) return;
  await inTurn(await listSendsToLookAt(pool, now(), LIMIT), async (send) => {
    if (!signal.aborted)
      await transaction(pool, (db) => lookAtSend({ ...telling(context), db, now: now(), alerts }, send));
  });
}

async function digestEvents(context: WorkerContext, signal: AbortSignal): Promise<void> {
  const { pool, now } = context;
  const { alerts } = context.config;
  if (!alerts) return;
  await inTurn(await listEventsToDigest(allowing(pool, 'slice'), now(), LIMIT), async (event) => {
    if (!signal.aborted)
      await transaction(pool, (db) => digestEvent({ ...telling(context), db, now: now(), alerts }, event));
  });
}

function telling({ boss, provider }: WorkerContext) {
  return { boss, reportsDelivery: provider.capabilities.reportsDelivery };
}
