/**
 * `npm run bench [-- NAME]`: what the system can do on this machine, as ratios to something measured beside it.
 * `npm run bench -- compare REVISION NAME`: the same of two revisions side by side.
 */

import { BenchError } from './bench/bench-error.ts';
import { compareRevisions } from './bench/compare.ts';
import { benchDeliver } from './bench/deliver.ts';
import { benchDkim } from './bench/dkim.ts';
import { benchExport } from './bench/export.ts';
import { benchFanOut } from './bench/fan-out.ts';
import { benchFilter } from './bench/filter.ts';
import { benchGrowth } from './bench/growth.ts';
import { benchImportMemory } from './bench/import-memory.ts';
import { benchKeys } from './bench/keys.ts';
import { type Lab, openLab } from './bench/lab.ts';
import { describeMachine } from './bench/machine.ts';
import { benchMemory } from './bench/memory.ts';
import { type BenchOptions, readOptions } from './bench/options.ts';
import { benchOutgoing } from './bench/outgoing.ts';
import { benchPages } from './bench/pages.ts';
import { benchPaint } from './bench/paint.ts';
import { benchPictures } from './bench/pictures.ts';
import { profileDelivery } from './bench/profile.ts';
import { benchReady } from './bench/ready.ts';
import { benchRemind } from './bench/remind.ts';
import { printResult, type Result } from './bench/report.ts';
import { benchResend } from './bench/resend.ts';
import { keepResults } from './bench/results.ts';
import { benchStart } from './bench/start.ts';
import { benchUrgent } from './bench/urgent.ts';
import { benchWebhooks } from './bench/webhooks.ts';
import { reportError } from './support/report-error.ts';
import { Shutdown } from './support/shutdown.ts';

const BENCHES: Readonly<Record<string, (lab: Lab, options: BenchOptions) => Promise<Result>>> = {
  deliver: benchDeliver,
  dkim: benchDkim,
  resend: benchResend,
  urgent: benchUrgent,
  remind: benchRemind,
  fanout: benchFanOut,
  keys: benchKeys,
  growth: benchGrowth,
  export: benchExport,
  webhooks: benchWebhooks,
  outgoing: benchOutgoing,
  pages: benchPages,
  paint: benchPaint,
  filter: benchFilter,
  ready: benchReady,
  memory: benchMemory,
  'import-memory': benchImportMemory,
  pictures: benchPictures,
  start: benchStart,
};

const shutdown = new Shutdown();
shutdown.onSignals();
try {
  const args = process.argv.slice(2);
  if (args[0] === 'compare') {
    await compareRevisions(args.slice(1), shutdown);
    await shutdown.exit(0);
  }
  const options = readOptions(args, Object.keys(BENCHES));
  const lab = await openLab(shutdown);
  if (options.profile) {
    await profileDelivery(lab, options);
  } else {
    const machine = describeMachine(lab.postgresVersion);
    const results: Result[] = [];
    for (const [name, bench] of Object.entries(BENCHES)) {
      if (options.name !== null && options.name !== name) continue;
      const result = await bench(lab, options);
      printResult(result, machine);
      results.push(result);
      // After each: half an hour is a long time, and one may fail.
      if (options.name === null) keepResults(results, machine, new Date());
    }
  }
  await shutdown.exit(0);
} catch (error) {
  // Ctrl-C takes everything away from under the benchmark; that is no error.
  if (!shutdown.hasBegun) {
    if (error instanceof BenchError) process.stderr.write(`${error.message}\n`);
    else reportError(error);
    await shutdown.exit(1);
  }
}
