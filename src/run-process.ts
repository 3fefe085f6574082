import { ConfigError } from './config.ts';
import { MigrationError } from './db/migration-error.ts';

/** Everything is to stop within ten seconds. */
const PATIENCE_MS = 9_750;

/**
 * Runs one part as a process: until SIGTERM or Ctrl-C, then drained. A wrong environment or database ends it with one clear line,
 * anything unforeseen with its stack, both with exit code 1; so does a part that does not stop in time.
 */
export async function runProcess(start: () => Promise<{ stop(): Promise<void> }>): Promise<void> {
  let part: { stop(): Promise<void> } | undefined;
  let stopping = false;
  const stop = () => {
    if (!stopping)
      setTimeout(() => {
        fail('Not everything stopped in time; what was left is ended now.');
      }, PATIENCE_MS);
    stopping = true;
    part?.stop().then(() => process.exit(0), fail);
    part = undefined;
  };
  // Before the start: whoever sees that it is ready may stop it at once.
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  try {
    part = await start();
    if (stopping) stop();
  } catch (error) {
    fail(error instanceof ConfigError || error instanceof MigrationError ? error.message : error);
  }
}

function fail(reason: unknown): never {
  process.stderr.write(`${reason instanceof Error ? (reason.stack ?? reason.message) : reason}\n`);
  process.exit(1);
}
