/**
 * A step of `npm run check`: whether the packages of our four lock files are such as we allow, and whether anything is
 * known against them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import { PROJECT } from '../launcher/project.mjs';
import { lockedPackages, readLockFile } from '../support/lock-file.ts';
import { ACCEPTED, ADVISORIES } from './advisories.ts';
import { dependencyProblems, type Manifest } from './dependency-rules.ts';
import { askRegistry } from './npm-audit.ts';

/** Each with a lock file of its own; only what the first one names goes out in a release. */
const FOLDERS = ['.', 'scripts/launcher/node', 'scripts/preview', 'scripts/client'];

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(PROJECT, folder, 'package.json'), 'utf8'));
const node = semver.minVersion(readManifest('.').engines?.node ?? '')?.version ?? process.versions.node;
const advisories = ADVISORIES.filter(({ id }) => ACCEPTED[id] === undefined);

const problems: string[] = [];
let count = 0;
let refused: string | undefined;
for (const folder of FOLDERS) {
  const lock = readLockFile(join(PROJECT, folder));
  count += lockedPackages(lock).length;
  const isShipped = folder === '.';
  const found = dependencyProblems({ manifest: readManifest(folder), lock, node, isShipped }, advisories);
  // Whoever refused once would refuse again.
  if (refused === undefined) {
    const audit = await askRegistry(join(PROJECT, folder), Object.keys(ACCEPTED));
    if ('refused' in audit) refused = audit.refused;
    else found.push(...audit.problems);
  }
  problems.push(...found.map((problem) => `${join(folder, 'package-lock.json')}: ${problem}`));
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`Nothing is wrong with the ${count} packages of the ${FOLDERS.length} lock files.`);
if (refused !== undefined)
  console.log(
    `The registry does not answer npm audit (${refused}): only the checks that need no network ran.`,
  );
