import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether the packages of the lock file in `folder` are there, by npm's own record, which it writes last. */
export function isInstalled(folder) {
  const wanted = readPackages(join(folder, 'package-lock.json'));
  const installed = readPackages(join(folder, 'node_modules/.package-lock.json'));
  if (!wanted) throw new Error(`${folder}/package-lock.json is missing: restore it with git.`);
  if (!installed) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    const found = installed[path];
    // What is optional is for other machines, or for want of something better.
    return !path || found?.version === version || (optional && !found);
  });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}
