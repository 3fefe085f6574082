import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasMusl, PROJECT } from './project.mjs';

/**
 * The packages of package-lock.json that should be here and are not, or in another version than
 * node_modules/.package-lock.json, npm's own record, says. Names of packages that npm may leave out when their
 * download fails begin with `optional:`. For production commands it does not matter that development packages
 * are absent; those that are there must be right.
 */
export function missingPackages({ production }) {
  const wanted = readPackages('package-lock.json');
  const installed = readPackages('node_modules/.package-lock.json');
  if (!wanted) throw new Error('package-lock.json is missing: restore it with git.');
  if (!installed) return ['node_modules'];
  const libc = hasMusl() ? 'musl' : 'glibc';
  const missing = [];
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path || entry.link) continue;
    if (!fits(entry.os, process.platform) || !fits(entry.cpu, process.arch)) continue;
    if (process.platform === 'linux' && !fits(entry.libc, libc)) continue;
    const found = installed[path];
    if (found && found.version === entry.version && existsSync(join(PROJECT, path, 'package.json'))) continue;
    if (!found && production && (entry.dev || entry.devOptional)) continue;
    // Optional without a platform: the parts of a package for WebAssembly, say, that npm leaves out by itself.
    if (!found && entry.optional && !entry.os && !entry.cpu) continue;
    missing.push(entry.optional ? `optional:${path}` : path);
  }
  return missing;
}

/** `wanted` as npm reads it: a name or a list, `!name` for all but that one. */
function fits(wanted, actual) {
  const list = [].concat(wanted || []);
  if (list.includes(`!${actual}`)) return false;
  const positive = list.filter((name) => !name.startsWith('!'));
  return positive.length === 0 || positive.includes('any') || positive.includes(actual);
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(join(PROJECT, file), 'utf8')).packages;
  } catch {
    return null;
  }
}
