import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The folder with the programs of a Python that has these packages (`name==version`, as pip takes them), installed from PyPI at its first use; null where there
 * is no Python 3 with venv and pip, or no PyPI. `without` says then what is not tested.
 */
export async function findPythonWith(packages: readonly string[], without: string): Promise<string | null> {
  const name = packages.join('-').replaceAll(/[^\w.]+/g, '-');
  const folder = join(tmpdir(), `access-mail-${name}-${process.getuid?.() ?? 0}`);
  const programs = join(folder, 'bin');
  if (existsSync(join(folder, 'complete'))) return programs;
  try {
    await rm(folder, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', folder]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
    await run(join(programs, 'python'), install);
    await mkdir(join(folder, 'complete'));
    return programs;
  } catch (error) {
    const [reason] = String(error).split('\n');
    process.stderr.write(`${without}: ${packages.join(' and ')} cannot be installed here (${reason}).\n`);
    return null;
  }
}
