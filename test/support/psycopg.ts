import { join } from 'node:path';
import { findPythonWith } from './python.ts';

/** A Python that has psycopg; null where it cannot be had. */
export async function findPsycopg(): Promise<string | null> {
  const programs = await findPythonWith(['psycopg[binary]==3.3.9'], 'The example in Python is not run');
  return programs && join(programs, 'python');
}
