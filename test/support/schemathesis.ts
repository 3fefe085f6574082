import { join } from 'node:path';
import { findPythonWith } from './python.ts';

const VERSION = '4.32.5';

/** The program that fuzzes an API by its description; null where it cannot be had. */
export async function findSchemathesis(): Promise<string | null> {
  const programs = await findPythonWith([`schemathesis==${VERSION}`], 'The API is not fuzzed');
  return programs && join(programs, 'schemathesis');
}
