import { findingsOf } from '../../src/domain/finding.ts';
import { secondsSinceWorker } from '../../src/queue/backlog.ts';
import type { Check } from './check.ts';

const found = findingsOf('Workers');
/** Each looks after the queues all the time; a round may be slow. */
const SILENT_SECONDS = 90;
const ADVICE = 'Start one: `npm run start:worker` (in the image: `worker`). Its log says why one ends.';

/** Whether a worker is alive. */
export const workers: Check = {
  about: 'Workers',
  timeoutMs: 10_000,
  needs: 'database',
  async run({ pool }) {
    const seconds = await secondsSinceWorker(pool);
    if (seconds === null)
      return [found.error('No worker has ever run on this database: no mail goes out.', ADVICE)];
    if (seconds > SILENT_SECONDS)
      return [found.error(`No worker has been heard of for ${spanOf(seconds)}: no mail goes out.`, ADVICE)];
    return [found.ok('A worker looks after the queues.')];
  },
};

function spanOf(seconds: number): string {
  if (seconds < 7_200) return `${Math.round(seconds / 60)} minutes`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} hours` : `${Math.round(seconds / 86_400)} days`;
}
