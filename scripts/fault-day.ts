/** `npm run fault-day [-- --minutes N --seed N --provider smtp|resend|postmark]`: the real system under faults, repeatable by its seed. */

import { readOptions, USAGE, UsageError } from './fault-day/options.ts';
import { runFaultDay } from './fault-day/run.ts';
import { passes } from './fault-day/verdict.ts';
import { reportError } from './support/report-error.ts';
import { Shutdown } from './support/shutdown.ts';

const shutdown = new Shutdown();
shutdown.onSignals();
try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    console.log(USAGE);
    await shutdown.exit(0);
  } else {
    const checks = await runFaultDay(options, { onOpen: (close) => shutdown.add(close) });
    await shutdown.exit(checks.every(passes) ? 0 : 1);
  }
} catch (error) {
  // Ctrl-C takes everything away from under the run; that is no error.
  if (!shutdown.hasBegun) {
    if (error instanceof UsageError) process.stderr.write(`${error.message}\n`);
    else reportError(error);
    await shutdown.exit(1);
  }
}
