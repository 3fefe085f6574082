import { endProviderLift, failProviderLift } from '../../src/actions/provider-lift.ts';
import { transaction } from '../../src/db/pool.ts';
import { findProviderLift } from '../../src/db/provider-suppression.ts';
import { liftAtProvider } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

/** Takes addresses that the team allows mail to off the provider's own suppression list. */
export async function registerLiftAtProvider(context: WorkerContext): Promise<void> {
  await context.boss.work<{ addressHash: string }>(
    liftAtProvider.name,
    { batchSize: 1, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    async (jobs) => {
      for (const { data } of jobs) await lift(context, liftAtProvider.payload.parse(data).addressHash);
    },
  );
}

export async function lift(
  { pool, boss, provider, now, log }: WorkerContext,
  addressHash: string,
): Promise<void> {
  const wanted = await findProviderLift(pool, addressHash);
  if (!wanted || wanted.failedAt) return;
  const result = (await provider.liftSuppression?.(wanted.address)) ?? { type: 'lifted' };
  await transaction(pool, (db) => {
    const context = { db, boss, now: now() };
    return result.type === 'lifted'
      ? endProviderLift(context, wanted)
      : failProviderLift(context, wanted, { ...result, provider: provider.name });
  });
  if (result.type === 'failed')
    log.warn({ addressHash, again: result.again }, 'the provider did not lift a suppression');
}
