/**
 * `npm run build`: bundles server, worker and commands into dist/, for a quick start with little memory, and writes what packages
 * they are made of beside them (sbom.cdx.json).
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BuildError } from './build/build-error.ts';
import { buildBundles } from './build/bundle.ts';
import { SBOM, writeSbom } from './build/sbom.ts';
import { reportError } from './support/report-error.ts';

const USAGE = 'Usage: npm run build [-- --out FOLDER]';

try {
  const folder = readFolder(process.argv.slice(2));
  const { files } = await buildBundles(folder);
  const programs = Object.entries(files).filter(([name]) => name.endsWith('.mjs'));
  const bytes = programs.reduce((sum, [, size]) => sum + size, 0);
  process.stdout.write(
    `${folder} holds the bundles of server, worker and the commands migrate, team and doctor: ${programs.length} files, ${(bytes / 1e6).toFixed(1)} MB.\n`,
  );
  if (!writeSbom(folder))
    process.stderr.write(
      `${SBOM} was not written, because this npm has no "npm sbom": use npm 10 or newer for a release.\n`,
    );
} catch (error) {
  if (error instanceof BuildError) process.stderr.write(`${error.message}\n`);
  else reportError(error);
  process.exitCode = 1;
}

function readFolder(args: string[]): string {
  try {
    const { values } = parseArgs({ args, options: { out: { type: 'string', default: 'dist' } } });
    return resolve(values.out);
  } catch (cause) {
    throw new BuildError(USAGE, { cause });
  }
}
