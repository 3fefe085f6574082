import { within } from '../lib/remember.ts';
import type { Logger } from '../log.ts';

/** What is stopped, by a name for the log, and how long that may take. */
interface Step {
  readonly name: string;
  readonly withinMs: number;
  stop(): unknown;
}

/** Stops one thing after the other. One that fails, or takes too long, is logged and keeps no other from being stopped. */
export async function stopInOrder(log: Logger, steps: readonly Step[]): Promise<void> {
  for (const { name, withinMs, stop } of steps) {
    try {
      const inTime = await within(
        Promise.resolve(stop()).then(() => true),
        withinMs,
        false,
      );
      if (!inTime) log.warn({ part: name }, 'not stopped in time');
    } catch (error) {
      log.warn({ part: name, err: error }, 'not stopped cleanly');
    }
  }
}
