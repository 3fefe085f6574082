import { afterAll, expect, it } from 'vitest';
import type { FaultDayOptions } from '../../scripts/fault-day/options.ts';
import { runFaultDay } from '../../scripts/fault-day/run.ts';
import { passes } from '../../scripts/fault-day/verdict.ts';
import { bundlesOfRun } from '../support/bundles.ts';
import { killAllParts } from '../support/processes.ts';

afterAll(killAllParts);

/** Other lengths, seeds and Postmark by hand: `npm run fault-day -- --help`. */
const RUNS: readonly FaultDayOptions[] = [
  { provider: 'smtp', minutes: 3, seed: 7 },
  { provider: 'resend', minutes: 1, seed: 7 },
];

it.each(RUNS)(
  'over $provider, $minutes min of load and faults with seed $seed lose no promised mail, double none beyond the rule and end no process',
  async (options) => {
    const checks = await runFaultDay(options, { bundles: await bundlesOfRun() });
    const broken = checks.filter((check) => !passes(check));
    expect(broken).toEqual([]);
  },
);
