/**
 * What the container image starts: `server`, `worker`, `migrate`, `team` or `doctor`, with its arguments. This process becomes the
 * command's (execve), so that there is one process, which gets the container's signals itself.
 */

import { stepsOf } from './launcher/bundle.mjs';
import { COMMANDS } from './launcher/commands.mjs';
import { fail } from './launcher/fail.mjs';

const [name, ...args] = process.argv.slice(2);
const commands = Object.values(COMMANDS).filter(({ image }) => image);
const command = commands.find(({ image }) => image === name);
if (!command) {
  const names = commands.map(({ image }) => image).join(', ');
  fail(`There is no command "${name ?? ''}" in this image. There are: ${names}.`);
}
const [step] = stepsOf(command).steps;
process.execve(process.execPath, [process.execPath, ...step, ...args], process.env);
