import { spawnSync } from 'node:child_process';
import { findProgram } from './find-program.ts';

/** The path of a Dovecot 2.3, or null: 2.4 has other settings. */
export function findDovecot(): string | null {
  const program = findProgram('dovecot');
  if (!program) return null;
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return stdout.startsWith('2.3.') ? program : null;
}
