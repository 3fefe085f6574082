import { ConfigError } from './config.ts';

/**
 * Runs one part as a process: until SIGTERM or Ctrl-C, then drained. A wrong environment ends it with one clear line,
 * anything unforeseen with its stack, both with exit code 1.
 */
export async function runProcess(start: () => Promise<{ stop(): Promise<void> }>): Promise<void> {
  try {
    const part = await start();
    let stopping = false;
    const stop = async () => {
      if (stopping) return;
      stopping = true;
      await part.stop();
      process.exit(0);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  } catch (error) {
    process.stderr.write(
      `${error instanceof ConfigError ? error.message : ((error as Error).stack ?? error)}\n`,
    );
    process.exit(1);
  }
}
