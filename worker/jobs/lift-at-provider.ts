import { failProviderLift } from '../../src/actions/provider-lift.ts';
import { transaction } from '../../src/db/pool.ts';
import { deleteProviderLift, findProviderLift } from '../../src/db/provider-suppression.ts';
import { liftAtProvider } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

/** Takes addresses that the team allows mail to off the provider's own suppression list. */
export async function registerLiftAtProvider(context: WorkerContext): Promise<void> {
  await context.boss.work<{ addressHash: string; askedAt: string }>(
    liftAtProvider.name,
    { batchSize: 1, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    async (jobs) => {
      for (const { data } of jobs) await lift(context, liftAtProvider.payload.parse(data));
    },
  );
}

export async function lift(
  { pool, boss, provider, now, log }: WorkerContext,
  { addressHash, askedAt }: { readonly addressHash: string; readonly askedAt: string },
): Promise<void> {
  const wanted = await findProviderLift(pool, addressHash);
  // Asked for again meanwhile, it has jobs of its own.
  if (!wanted || wanted.failedAt || wanted.askedAt.toISOString() !== askedAt) return;
  const result = (await provider.liftSuppression?.(wanted.address)) ?? { type: 'lifted' };
  if (result.type === 'lifted') return deleteProviderLift(pool, addressHash, wanted.askedAt);
  await transaction(pool, (db) =>
    failProviderLift({ db, boss, now: now() }, wanted, { ...result, provider: provider.name }),
  );
  log.warn({ addressHash, again: result.again }, 'the provider did not lift a suppression');
}
