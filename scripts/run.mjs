/**
 * The launcher behind every npm script: `node scripts/run.mjs COMMAND …arguments`.
 *
 * It runs on whatever Node the machine's npm came with (14.17 and up), installs what is missing, finds the Node
 * our packages need, and runs the command with it. Nothing outlives it, and it does not outlive npm.
 */

import { fail } from './launcher/fail.mjs';
import { installMissing } from './launcher/install.mjs';
import { findNode } from './launcher/node-binary.mjs';
import { runChild } from './launcher/run-child.mjs';

// tsx calls a function of Node that is to go, and our own code one that is still called experimental.
const TSX = ['--disable-warning=DEP0205', '--disable-warning=ExperimentalWarning', '--import', 'tsx'];
// Megabytes: half of V8's own. What a worker makes dies young, and twice the space makes it no faster.
const WORKER = ['--max-semi-space-size=8'];
const ATTACH = ['--import', './scripts/attach.ts'];
// Without these its command starts itself again, as a process that nobody watches.
const REACT_EMAIL = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const VITEST = 'node_modules/vitest/vitest.mjs';
const TSC = 'node_modules/typescript/bin/tsc';
const BIOME = 'node_modules/@biomejs/biome/bin/biome';

/** `steps`: Node's arguments, one process each. `production`: needs no development packages. */
const COMMANDS = {
  start: { steps: [[...TSX, 'scripts/start.ts']] },
  test: { steps: [[VITEST, 'run']] },
  'test:all': { steps: [[VITEST, 'run', '--mode', 'all']] },
  'start:server': { production: true, steps: [[...TSX, ...ATTACH, 'src/server.ts']] },
  'start:worker': { production: true, steps: [[...WORKER, ...TSX, ...ATTACH, 'worker/main.ts']] },
  migrate: { production: true, steps: [[...TSX, ...ATTACH, 'scripts/migrate.ts']] },
  team: { production: true, steps: [[...TSX, ...ATTACH, 'scripts/team.ts']] },
  preview: { steps: [[...REACT_EMAIL, 'scripts/preview/preview.mjs']] },
  samples: { steps: [[...TSX, 'scripts/samples.ts']] },
  bench: { steps: [[...TSX, 'scripts/bench.ts']] },
  check: {
    steps: [
      [TSC, '-p', '.'],
      [TSC, '-p', 'src/pages/browser'],
      [BIOME, 'check', '.'],
      [VITEST, 'run', 'test/import-rules.test.ts'],
    ],
  },
};

const [name, ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) fail(`There is no command "${name}". There are: ${Object.keys(COMMANDS).join(', ')}.`);

await installMissing({ production: command.production === true });
const node = findNode();

// Every step runs even after one failed: whoever checks wants to see all there is to mend.
let exitCode = 0;
for (const step of command.steps) {
  const code = await runChild(node, command.steps.length > 1 ? step : [...step, ...args]);
  exitCode = exitCode || code;
}
process.exitCode = exitCode;
