import { takeRegistrations } from '../../src/actions/registration-request.ts';
import { transaction } from '../../src/db/pool.ts';
import { registration } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

/** In one transaction: a commit each would let a crowd wait for the disk. */
const TOGETHER = 25;

type Context = Pick<WorkerContext, 'boss' | 'pool' | 'now'>;

/** Registers whoever filled in the public form, or puts their link on its way again. */
export async function registerRegistration(context: Context): Promise<void> {
  await context.boss.work<{ requestId: string }>(
    registration.name,
    {
      ...{ batchSize: TOGETHER, burstWhenBatchFull: true },
      ...{ pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    },
    (jobs) =>
      takeTogether(
        context,
        jobs.map(({ data }) => registration.payload.parse(data).requestId),
      ),
  );
}

/** What keeps one from being taken keeps none of the others: then each has a transaction of its own. */
async function takeTogether(context: Context, requestIds: readonly string[]): Promise<void> {
  const { pool, boss, now } = context;
  const take = (ids: readonly string[]) =>
    transaction(pool, (db) => takeRegistrations({ db, boss, now: now() }, ids));
  await take(requestIds).catch(async (error: unknown) => {
    if (requestIds.length === 1) throw error;
    const failures: unknown[] = [];
    for (const id of requestIds) await take([id]).catch((failure: unknown) => failures.push(failure));
    // Those that were taken are gone, so that running all of them again does no harm.
    if (failures.length > 0) throw failures[0];
  });
}
