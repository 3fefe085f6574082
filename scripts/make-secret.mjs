/**
 * Writes a secret for NAME_FILE, once: `make-secret.mjs PATH`. Where SECRET is set, that is what the file holds from then on;
 * else a random one, unless the file is there already. Run by docker-compose.yml before everything else.
 */

import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fail } from './launcher/fail.mjs';

const [path] = process.argv.slice(2);
if (!path) fail('Name the file: node scripts/make-secret.mjs PATH');
const given = process.env.SECRET ?? '';

try {
  const kept = read(path);
  if (given && given !== kept) {
    write(path, given);
    console.log(`${path} holds the secret that was given.`);
  } else if (kept) {
    console.log(`${path} is kept.`);
  } else {
    write(path, randomBytes(32).toString('hex'));
    console.log(`${path} holds a new secret.`);
  }
} catch (error) {
  fail(`The secret cannot be kept: ${error instanceof Error ? error.message : error}`);
}

function read(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

/** Whole or not at all: what is killed in between leaves the old file. */
function write(file, secret) {
  // Read by the image's ordinary user; only the containers that need it mount its volume.
  writeFileSync(`${file}.new`, `${secret}\n`, { mode: 0o444 });
  renameSync(`${file}.new`, file);
}
