import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface FromPyPI {
  readonly name: string;
  /** As pip takes it, with its version: `psycopg[binary]==3.3.9`. */
  readonly requirement: string;
  /** What shows that it works: a program in the environment, and its arguments. */
  readonly check: readonly [program: string, ...args: string[]];
  /** What is not tested without it, for people: `The API is not fuzzed`. */
  readonly without: string;
}

/**
 * Where the programs of a Python environment are that has the package, installed from PyPI at its first use; null where there is no
 * Python 3 with venv and pip.
 */
export async function pythonWith({ name, requirement, check, without }: FromPyPI): Promise<string | null> {
  const version = requirement.replace(/^.*==/, '');
  const folder = join(tmpdir(), `access-mail-${name}-${version}-${process.getuid?.() ?? 0}`);
  const programs = join(folder, 'bin');
  if (existsSync(join(folder, 'complete'))) return programs;
  try {
    await rm(folder, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', folder]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement];
    await run(join(programs, 'python'), pip);
    const [program, ...args] = check;
    await run(join(programs, program), args);
    await mkdir(join(folder, 'complete'));
    return programs;
  } catch (error) {
    process.stderr.write(`${without}: ${name} cannot be installed here (${String(error).split('\n')[0]}).\n`);
    return null;
  }
}
