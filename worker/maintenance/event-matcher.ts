import { applyEvents } from '../../src/actions/apply-delivery-events.ts';
import { findUnapplied, giveUpEvents, matchWaiting } from '../../src/db/delivery-event.ts';
import { chunks } from '../../src/lib/chunks.ts';
import type { WorkerContext } from '../context.ts';
import { inTurn, type Service } from './service.ts';

/** So many events of each sort in one run. */
const LIMIT = 10_000;
/** So many in one transaction: one that cannot be applied holds no others up. */
const AT_ONCE = 500;
/** An event that came in the moment in which the provider's id was recorded is found as long as it is no older. */
const RECENT_MS = 10 * 60_000;
/** An event whose message has not turned up by then is about no message of ours; it is looked for a last time. */
const GIVE_UP_AFTER_MS = 3 * 86_400_000;

/**
 * Applies delivery events that came before their message was known, or whose server died in between. Those that are about
 * nobody's message are given up in the end.
 */
export const eventMatcher: Service = {
  name: 'event-matcher',
  schedule: '* * * * *',
  run: (context) => inTurn([applyMatched, giveUp], (step) => step(context)),
};

async function applyMatched({ config, pool, now, log }: WorkerContext): Promise<void> {
  const at = now().getTime();
  const [recent, old] = [new Date(at - RECENT_MS), new Date(at - GIVE_UP_AFTER_MS)];
  await matchWaiting(pool, { recent, old }, LIMIT);
  const keys = await findUnapplied(pool, LIMIT);
  let applied = 0;
  await inTurn(chunks(keys, AT_ONCE), async (some) => {
    applied += await applyEvents({ pool, now: now(), ownAddresses: config.ownAddresses }, some);
  }).finally(() => {
    if (applied > 0) log.info({ events: applied }, 'delivery events have found their message');
  });
}

async function giveUp({ pool, now, log }: WorkerContext): Promise<void> {
  const given = await giveUpEvents(pool, new Date(now().getTime() - GIVE_UP_AFTER_MS), LIMIT);
  if (given > 0) log.warn({ events: given }, 'delivery events are about no message of ours');
}
