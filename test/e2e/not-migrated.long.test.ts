import { afterAll, describe, expect, it } from 'vitest';
import { createEmptyDatabase } from '../support/database.ts';
import { killAllParts, startPart } from '../support/processes.ts';

const SETTINGS = {
  SMTP_URL: 'smtp://127.0.0.1:9',
  APP_SECRET: 'a secret of the tests, long enough for them',
};
const database = await createEmptyDatabase();
afterAll(async () => {
  await killAllParts();
  await database.drop();
});

describe.each(['server', 'worker'] as const)('a %s on a database without tables', (program) => {
  it('ends with one line that says what to run', async () => {
    const part = await startPart(program, { ...SETTINGS, ...database.env });
    expect(await part.ended).toBe(1);
    expect(part.output()).toBe(
      `The tables of this version are not in the database (schema ${database.config.schema}): run "npm run migrate".\n`,
    );
  });
});
