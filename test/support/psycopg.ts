import { join } from 'node:path';
import { pythonWith } from './python-venv.ts';

/** A Python that has psycopg; null where it cannot be had. */
export async function findPsycopg(): Promise<string | null> {
  const programs = await pythonWith({
    ...{ name: 'psycopg', requirement: 'psycopg[binary]==3.3.9' },
    check: ['python', '-c', 'import psycopg'],
    without: 'The example in Python is not run',
  });
  return programs && join(programs, 'python');
}
