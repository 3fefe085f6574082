/**
 * `npm run client`: writes a typed client of the API into dist/client, a package of its own that programs install or copy. What it
 * writes the types with is installed into scripts/client on first use.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildClient } from './client/build.ts';
import { installMissing } from './launcher/install.mjs';
import { reportError } from './support/report-error.ts';

const USAGE = `Usage: npm run client [-- --out FOLDER]

Writes a typed client of the API into FOLDER (dist/client if left out).`;

const { values } = readArguments();
if (values?.help) process.stdout.write(`${USAGE}\n`);
else if (values) {
  try {
    await installMissing([
      {
        folder: resolve(import.meta.dirname, 'client'),
        what: 'what the client is made with (44 MB, this once)',
      },
    ]);
    const { folder, operations } = await buildClient(resolve(values.out));
    process.stdout.write(`${folder} holds a client for ${operations} operations.\n`);
  } catch (error) {
    reportError(error);
    process.exitCode = 1;
  }
}

function readArguments() {
  try {
    return parseArgs({
      options: { out: { type: 'string', default: 'dist/client' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    process.stderr.write(`${(error as Error).message.split('. ')[0]}.\n${USAGE}\n`);
    process.exitCode = 1;
    return { values: null };
  }
}
