import { join } from 'node:path';
import { pythonWith } from './python-venv.ts';

/** The program that fuzzes an API by its description; null where it cannot be had. */
export async function findSchemathesis(): Promise<string | null> {
  const programs = await pythonWith({
    ...{ name: 'schemathesis', requirement: 'schemathesis==4.32.5' },
    check: ['schemathesis', '--version'],
    without: 'The API is not fuzzed',
  });
  return programs && join(programs, 'schemathesis');
}
