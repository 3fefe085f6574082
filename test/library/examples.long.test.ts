import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { findProgram } from '../support/find-program.ts';
import { HANGS_AFTER_MS } from '../support/hang-guard.ts';
import { findPsycopg } from '../support/psycopg.ts';

const run = promisify(execFile);
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLES = join(PROJECT, 'docs/examples');
const python = await findPsycopg();
const psql = findProgram('psql');
const app = await openApp();
const { schema } = app.config.database;

/** A program of somebody else's: the example of our documentation, in a folder of its own with the package that they installed. */
const folder = mkdtempSync(join(tmpdir(), 'access-mail-library-'));
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = { cwd: folder, env: { ...process.env, ...app.databaseEnv } };

const mailsTo = async (eventId: string) => {
  const { rows } = await app.pool.query(
    `select email, first_name, fields, kind, status from {schema}.registrant join {schema}.message on registrant_id = registrant.id
     where registrant.event_id = $1`,
    [eventId],
  );
  return rows;
};
const MAILED = {
  ...{ email: 'ada@example.com', first_name: 'Ada', fields: { company: 'ACME' } },
  ...{ kind: 'confirmation', status: 'queued' },
};
const SAID =
  /^Rolled back: 0 orders, and nobody is registered\.\nCommitted: [0-9a-f-]{36} is registered, and the mail is on its way\.\n$/;

describe('the package, packed and installed in an empty folder', () => {
  beforeAll(async () => {
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: join(PROJECT, 'src/library'),
    });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${stdout.trim()}`], inFolder);
    cpSync(join(EXAMPLES, 'order.ts'), join(folder, 'order.ts'));
    // What their program has besides.
    for (const name of [
      'pg',
      '@types',
      'pg-types',
      'pg-protocol',
      'pg-pool',
      'pg-connection-string',
      'pgpass',
    ])
      symlinkSync(join(PROJECT, 'node_modules', name), join(folder, 'node_modules', name));
  }, HANGS_AFTER_MS);

  it('runs the example in TypeScript: rolled back nothing is left, committed the mail is on its way', async () => {
    const event = await app.event();
    const call = (email: string) =>
      run(process.execPath, ['order.ts', event.slug, email], inFolder).then(({ stdout }) => stdout);
    expect(await call('ada@example.com')).toMatch(SAID);
    expect(await mailsTo(event.id)).toEqual([MAILED]);
    expect(await call('nonsense')).toBe(
      'invalid_input: Nobody was registered: email must be an e-mail address, like ada@example.com\nemail must be an e-mail address, like ada@example.com\n',
    );
  });

  it('has types, for the example and for mistakes', async () => {
    const check = (file: string) =>
      run(
        process.execPath,
        [
          join(PROJECT, 'node_modules/typescript/bin/tsc'),
          ...['--noEmit', '--strict', '--skipLibCheck', '--exactOptionalPropertyTypes'],
          ...['--module', 'nodenext', '--target', 'esnext', '--types', 'node', file],
        ],
        { cwd: folder },
      ).then(
        () => '',
        ({ stdout }: { readonly stdout: string }) => stdout,
      );
    expect(await check('order.ts')).toBe('');
    const wrong = `import { createAccessMail } from 'access-mail';
import pg from 'pg';
const { register, resend } = createAccessMail();
await register(new pg.Client(), { event: 'x' });
await resend({}, 'x');
export const id: number = await register(new pg.Client(), { event: 'x', email: 'x' });
`;
    writeFileSync(join(folder, 'wrong.ts'), wrong);
    const lines = (await check('wrong.ts')).match(/^wrong\.ts\((\d+)/gm);
    expect(new Set(lines)).toEqual(new Set(['wrong.ts(4', 'wrong.ts(5', 'wrong.ts(6']));
  });
});

it.skipIf(!python)('the example in Python rolls back and commits as the other does', async () => {
  const event = await app.event();
  const call = (email: string) =>
    run(python ?? '', [join(EXAMPLES, 'order.py'), event.slug, email], inFolder).then(({ stdout }) => stdout);
  expect(await call('ada@example.com')).toMatch(SAID);
  expect(await mailsTo(event.id)).toEqual([MAILED]);
  expect(await call('nonsense')).toBe(
    'ML001: Nobody was registered: email must be an e-mail address, like ada@example.com\nemail must be an e-mail address, like ada@example.com\n',
  );
});

it.skipIf(!psql)('psql registers with one line', async () => {
  const event = await app.event();
  const line = `select ${schema}.register(${schema}.event_id('${event.slug}'), 'ada@example.com', 'Ada', fields => '{"company": "ACME"}')`;
  const { stdout } = await run(psql ?? '', [app.config.database.url, '-Atqc', line]);
  expect(stdout).toMatch(/^[0-9a-f-]{36}\n$/);
  expect(await mailsTo(event.id)).toEqual([MAILED]);
});
