import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from './fail.mjs';
import { PROJECT } from './project.mjs';

/** In the folder of the bundles: what they were made of and what belongs to them. Written last: a build that was broken off has none. */
export const MANIFEST = 'built.json';

/**
 * What to run of a command: its bundle, where `npm run build` made one of these very sources, or where there are no sources
 * (the production image leaves them out). A bundle of other sources never runs: the sources do, and one line says so.
 * `isBundle`: it needs no packages.
 */
export function stepsOf(command) {
  const fromSources = { steps: command.steps, isBundle: false };
  if (!command.bundle) return fromSources;
  const hasSources = existsSync(join(PROJECT, 'src'));
  const built = readManifest(join(PROJECT, 'dist', MANIFEST));
  if (!built) {
    if (hasSources) return fromSources;
    return fail('There are neither sources nor finished bundles here: run "npm run build" in a checkout.');
  }
  const changed = hasSources ? changedSince(built) : null;
  if (changed === null) return { steps: [command.bundle], isBundle: true };
  console.error(
    `The bundles in dist/ are not of these sources (${changed} differs): the sources run. Renew them: npm run build`,
  );
  return fromSources;
}

/** The first source, in the order of the manifest, that is not as it was when the bundles were made; null: none. */
function changedSince({ sources }) {
  const found = Object.keys(sources).find((path) => fingerprint(path) !== sources[path]);
  return found === undefined ? null : found;
}

/** Of a file of this project, or of all in a folder: the same for the same content, whatever its date. Null: it is not there. */
export function fingerprint(path) {
  const hash = createHash('sha256');
  const add = (name) => {
    const file = join(PROJECT, name);
    if (statSync(file).isDirectory()) for (const entry of readdirSync(file).sort()) add(`${name}/${entry}`);
    else hash.update(`${name}\0`).update(readFileSync(file));
  };
  try {
    add(path);
  } catch {
    return null;
  }
  return hash.digest('hex');
}

function readManifest(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
