import { sendSignInLink } from '../../src/actions/sign-in.ts';
import { transaction } from '../../src/db/pool.ts';
import { signIn } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

/** Looks whether the address that asked is on the team, and if so mails it a link. */
export async function registerSignIn({ boss, pool, now }: WorkerContext): Promise<void> {
  await boss.work(
    signIn.name,
    { batchSize: 20, burstWhenBatchFull: true, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    async (jobs) => {
      for (const { id, data } of jobs) {
        const request = { ...signIn.payload.parse(data), dedupeKey: id };
        await transaction(pool, (db) => sendSignInLink({ db, boss, now: now() }, request));
      }
    },
  );
}
