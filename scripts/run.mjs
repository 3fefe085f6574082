/**
 * The launcher behind every npm script: `node scripts/run.mjs COMMAND …arguments`.
 *
 * It runs on whatever Node the machine's npm came with (14.17 and up), installs in development what is missing, finds the
 * Node our packages need, and runs the command with it. Nothing outlives it, and it does not outlive npm.
 */

import { stepsOf } from './launcher/bundle.mjs';
import { COMMANDS } from './launcher/commands.mjs';
import { fail } from './launcher/fail.mjs';
import { installMissing } from './launcher/install.mjs';
import { MACHINE, whyNotHere } from './launcher/machine.mjs';
import { findNode, nodeToInstall } from './launcher/node-binary.mjs';
import { PROJECT } from './launcher/project.mjs';
import { runChild } from './launcher/run-child.mjs';

const [name, ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) fail(`There is no command "${name}". There are: ${Object.keys(COMMANDS).join(', ')}.`);
const { NODE_ENV = '' } = process.env;
if (!['', 'development', 'production', 'test'].includes(NODE_ENV))
  fail('NODE_ENV must be development, production or test. Example: NODE_ENV=production');
const obstacle = whyNotHere(MACHINE, command, process.env);
if (obstacle) fail(obstacle);

const isDatabaseNamed = Boolean(process.env.DATABASE_URL || process.env.DATABASE_URL_FILE);
const startsPostgres =
  command.postgres === 'always' || (command.postgres === 'unless named' && !isDatabaseNamed);
const packages = {
  folder: PROJECT,
  what: 'packages',
  dev: !command.production,
  // What the project's own package.json calls optional is the built-in Postgres.
  mayLack: [...(command.production ? ['dev'] : []), ...(startsPostgres ? [] : ['own optional'])],
};
const { steps, isBundle } = stepsOf(command);
await installMissing([...nodeToInstall(), ...(isBundle ? [] : [packages])]);
const node = findNode();

// Every step runs even after one failed: whoever checks wants to see everything that is wrong.
let exitCode = 0;
for (const step of steps) {
  const code = await runChild(node, steps.length > 1 ? step : [...step, ...args]);
  exitCode = exitCode || code;
}
process.exitCode = exitCode;
