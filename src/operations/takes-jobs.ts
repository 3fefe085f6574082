import type { PgBoss } from '../queue/boss.ts';

/** Queues are asked for jobs each 30 seconds or more often; a round may be slow. */
const ASKED_WITHIN_MS = 90_000;

/**
 * Null while every queue that this worker serves is asked for jobs; else a sentence that names one that is not. `now`: by the clock
 * that was given to pg-boss.
 */
export function findIdleQueue(boss: Pick<PgBoss, 'getWipData'>, now: Date): string | null {
  const workers = boss.getWipData();
  if (workers.length === 0) return 'No jobs are taken.';
  const since = now.getTime() - ASKED_WITHIN_MS;
  // One that has jobs in hand asks again when they are done.
  const idle = workers.find(({ count, lastFetchedOn }) => count === 0 && (lastFetchedOn ?? 0) < since);
  return idle ? `No jobs are taken from the queue ${idle.name}.` : null;
}
