/**
 * The container's healthcheck: `node scripts/healthy.mjs NAME` asks /readyz at the port that the environment variable NAME
 * holds, and ends with 0 where the answer is 2xx.
 */

import { fail } from './launcher/fail.mjs';

const [name] = process.argv.slice(2);
const port = process.env[name];
if (!port) fail(`${name} is not set: there is nothing to ask.`);
const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch((error) =>
  fail(`No answer: ${error.message}`),
);
if (!answer.ok) fail(`/readyz answers ${answer.status}.`);
