import { failProviderLift } from '../../src/actions/provider-lift.ts';
import { transaction } from '../../src/db/pool.ts';
import { deleteProviderLift, findProviderLift } from '../../src/db/provider-suppression.ts';
import type { LiftResult, Provider } from '../../src/providers/provider.ts';
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
  { pool, boss, provider, fallback, now, log }: WorkerContext,
  { addressHash, askedAt }: { readonly addressHash: string; readonly askedAt: string },
): Promise<void> {
  const wanted = await findProviderLift(pool, addressHash);
  // Asked for again meanwhile, it has jobs of its own.
  if (!wanted || wanted.failedAt || wanted.askedAt.toISOString() !== askedAt) return;
  const providers = fallback ? [provider, fallback.provider] : [provider];
  const results = await Promise.all(
    providers.map(async (one) => ({ provider: one.name, ...(await liftAt(one, wanted.address)) })),
  );
  const failed = results.filter((result) => result.type === 'failed');
  // One that may still succeed goes first: all of them are asked again then.
  const failure = failed.find(({ again }) => again) ?? failed[0];
  if (!failure) return deleteProviderLift(pool, addressHash, wanted.askedAt);
  await transaction(pool, (db) => failProviderLift({ db, boss, now: now() }, wanted, failure));
  log.warn(
    { addressHash, provider: failure.provider, again: failure.again },
    'the provider did not lift a suppression',
  );
}

async function liftAt(provider: Provider, address: string): Promise<LiftResult> {
  return (await provider.liftSuppression?.(address)) ?? { type: 'lifted' };
}
