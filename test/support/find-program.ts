import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const USUAL = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/snap/bin'];

/** The path of the first of these programs that is on the machine, or null. */
export function findProgram(...names: readonly string[]): string | null {
  const folders = [...USUAL, ...(process.env.PATH ?? '').split(':').filter(Boolean)];
  return findExecutable(folders.flatMap((folder) => names.map((name) => join(folder, name))));
}

/** The first of these paths that can be run, or null. */
export function findExecutable(paths: readonly string[]): string | null {
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
