import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const VERSION = '4.32.5';

/** The program that fuzzes an API by its description, installed from PyPI at its first use; null where there is no Python 3 with venv and pip. */
export async function findSchemathesis(): Promise<string | null> {
  const folder = join(tmpdir(), `access-mail-schemathesis-${VERSION}-${process.getuid?.() ?? 0}`);
  const program = join(folder, 'bin', 'schemathesis');
  if (existsSync(join(folder, 'complete'))) return program;
  try {
    await rm(folder, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', folder]);
    const pip = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      `schemathesis==${VERSION}`,
    ];
    await run(join(folder, 'bin', 'python'), pip);
    await run(program, ['--version']);
    await mkdir(join(folder, 'complete'));
    return program;
  } catch (error) {
    process.stderr.write(
      `The API is not fuzzed: schemathesis cannot be installed here (${String(error).split('\n')[0]}).\n`,
    );
    return null;
  }
}
