/**
 * `npm run preview`: React Email's preview of all mails, on Node 26. Its heavy part, a whole Next.js, is installed here on
 * first use, so that nobody else waits for it.
 */

import fs from 'node:fs';
import { Server } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fail } from '../launcher/fail.mjs';
import { installMissing } from '../launcher/install.mjs';
import { PROJECT } from '../launcher/project.mjs';

const HERE = import.meta.dirname;
const EMAILS = join(PROJECT, 'emails');
const COMMAND_LINE = 'node_modules/react-email/dist/cli/index.mjs';
const HOST = '127.0.0.1';
// Beside `npm start`, which takes 3000.
const DEFAULT_PORT = 3200;
const USAGE = `Usage: npm run preview [-- --port ${DEFAULT_PORT}]

Shows every mail of emails/ with invented people, and shows it anew when a file there changes. On first use it
installs its heavy part (some 400 MB) into scripts/preview/node_modules.`;

const { port, help } = readArguments();
if (help) console.log(USAGE);
else await preview();

async function preview() {
  if (!(await isFree(port)))
    fail(`Port ${port} is taken by another program. Example: npm run preview -- --port ${port + 1}`);
  // What is optional is for other machines, or for want of something better.
  await installMissing([
    { folder: HERE, what: 'the preview (some 400 MB, this once)', mayLack: ['optional'] },
  ]);
  await serve();
}

/**
 * Runs React Email's own command in this process, so that there is no other one to outlive us. It looks for its heavy
 * part from the folder that it stands in, and would install it into ours if it did not find it.
 */
async function serve() {
  // Not a real change of folder: threads it starts load again, from there, what this process was started with.
  process.cwd = () => HERE;
  process.env.NEXT_TELEMETRY_DISABLED = '1';
  listenHereOnly();
  listMailsOnly();
  saveAWarning();
  // It stops by itself on Ctrl-C only.
  process.on('SIGTERM', () => process.exit(0));
  process.on('SIGHUP', () => process.exit(0));
  process.argv = [process.execPath, 'email', 'dev', '--dir', EMAILS, '--port', String(port)];
  await import(join(PROJECT, COMMAND_LINE));
}

/** It would listen to the whole network, and it can send mails. */
function listenHereOnly() {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (first, ...rest) {
    return typeof first === 'number'
      ? listen.call(this, first, HOST, ...rest)
      : listen.call(this, first, ...rest);
  };
}

/** It lists folders in which there is no mail, unless their names begin with `_`. */
function listMailsOnly() {
  const { readdir } = fs.promises;
  fs.promises.readdir = async (path, options) => {
    const entries = await readdir(path, options);
    const isOurs = options?.withFileTypes && resolve(String(path)) === EMAILS;
    return isOurs ? entries.filter((entry) => !entry.isDirectory()) : entries;
  };
}

/** Next.js wonders at the two lock files, and advises to delete one. */
function saveAWarning() {
  const { warn } = console;
  console.warn = (...words) => {
    if (!words.some((word) => String(word).includes('inferred your workspace root'))) warn(...words);
  };
}

function isFree(wanted) {
  return new Promise((settle) => {
    const server = new Server();
    server.once('error', () => settle(false));
    server.listen({ port: wanted, host: HOST, exclusive: true }, () => server.close(() => settle(true)));
  });
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: { port: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    const wanted = Number(values.port ?? DEFAULT_PORT);
    if (!Number.isInteger(wanted) || wanted < 1 || wanted > 65_535)
      fail(
        `--port must be a whole number from 1 to 65535. Example: npm run preview -- --port ${DEFAULT_PORT}`,
      );
    return { port: wanted, help: values.help === true };
  } catch (error) {
    return fail(`${error.message.split('. ')[0]}.\n${USAGE}`);
  }
}
