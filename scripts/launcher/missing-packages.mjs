import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MACHINE } from './machine.mjs';

/**
 * The packages of `folder`'s package-lock.json that should be there and are not, or in another version than
 * node_modules/.package-lock.json, npm's own record, says: `{ path, optional, dev }` each. npm may leave out what is
 * optional when its download fails.
 *
 * `mayLack` names what matters only where it is there, and then must be right: `dev` packages, those that the folder's
 * own package.json calls optional (`own optional`), all that are `optional`.
 */
export function missingPackages(folder, mayLack = []) {
  const wanted = readPackages(join(folder, 'package-lock.json'));
  const installed = readPackages(join(folder, 'node_modules/.package-lock.json'));
  if (!wanted) throw new Error(`${folder}/package-lock.json is missing: restore it with git.`);
  if (!installed) return [{ path: 'node_modules', optional: false, dev: false }];
  const ownOptional = new Set(Object.keys(wanted[''].optionalDependencies ?? {}));
  const missing = [];
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path || entry.link || !isForUs(entry)) continue;
    const found = installed[path];
    const isThere = found !== undefined && existsSync(join(folder, path, 'package.json'));
    if (isThere && found.version === entry.version) continue;
    const optional = entry.optional === true;
    const dev = entry.dev === true || entry.devOptional === true;
    if (!isThere) {
      if (dev && mayLack.includes('dev')) continue;
      if (optional && mayLack.includes('optional')) continue;
      if (ownOptional.has(path.slice('node_modules/'.length)) && mayLack.includes('own optional')) continue;
      // Optional without a platform: the parts of a package for WebAssembly, say, that npm leaves out by itself.
      if (optional && !entry.os && !entry.cpu) continue;
    }
    missing.push({ path, optional, dev });
  }
  return missing;
}

function isForUs({ os, cpu, libc }) {
  const isOurLibc = MACHINE.libc === null || fits(libc, MACHINE.libc);
  return fits(os, MACHINE.platform) && fits(cpu, MACHINE.arch) && isOurLibc;
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
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}
