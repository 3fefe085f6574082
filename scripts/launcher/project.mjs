import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this checkout. */
export const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Whether this Linux has musl (Alpine) where the packages with binaries in them expect glibc. */
export function hasMusl() {
  if (process.platform !== 'linux') return false;
  const { header } = process.report.getReport();
  return !header.glibcVersionRuntime;
}
