import { setTimeout } from 'node:timers/promises';
import { isDatabaseDown, isDeadlock } from '../../src/db/pool.ts';
import type { Logger } from '../../src/log.ts';

const PAUSE_MS = 500;
const TRIES = 240;

/**
 * Writes down what the transport did, again and again while Postgres is away: mails have left, and whoever sends next
 * must know. Two minutes long; after that the message counts as in doubt like after a crash.
 */
export async function untilRecorded(log: Logger, record: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await record();
    } catch (error) {
      if (!(isDatabaseDown(error) || isDeadlock(error)) || tries === TRIES) throw error;
      if (tries === 1) log.warn({ err: error }, 'waiting for the database to record what was sent');
      await setTimeout(PAUSE_MS);
    }
  }
}
