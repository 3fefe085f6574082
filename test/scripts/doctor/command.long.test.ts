import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../support/database.ts';
import { atEnd, PRODUCTION } from '../../support/doctor.ts';
import { openAnsweringServer } from '../../support/smtp-answers.ts';
import { createWrongClock, findFaketime } from '../../support/wrong-clock.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const DATA_DIR = mkdtempSync(join(tmpdir(), 'access-mail-doctor-'));
// Postgres runs as another user where we are root.
chmodSync(DATA_DIR, 0o755);

async function doctor(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--import', './scripts/attach.ts', 'scripts/doctor.ts', ...args],
    { cwd: PROJECT, env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR, ...env } },
  );
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => {
      output[name] += chunk.toString();
    });
  const [status] = await once(child, 'close');
  return { status, ...output };
}

describe('npm run doctor', async () => {
  const mailServer = await openAnsweringServer();
  const database = await createDatabase();
  atEnd(database.drop);
  const ENV = { ...PRODUCTION, ...database.env, SMTP_URL: mailServer.url };

  it('in a fresh clone finds nothing wrong, and says what npm start would bring', async () => {
    const { status, stdout } = await doctor([], {});
    expect(stdout).toContain('npm start, which brings');
    expect(status).toBe(0);
    expect(stdout.split('\n').every((line) => line.length < 80)).toBe(true);
  });

  it('ends with 1 where something is wrong, and says of each thing what to do', async () => {
    const { status, stdout } = await doctor([], ENV);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^ok {7}Transport/m);
    expect(stdout).toMatch(/^error {4}Workers {10}No worker has ever run/m);
    expect(stdout).toContain('→ Start one: `npm run start:worker`');
    expect(stdout).toMatch(/\d errors?, .*\.\n$/);
    expect(mailServer.taken).toEqual([]);
  });

  it('writes JSON for programs, and sends a mail only where it is asked to', async () => {
    const { status, stdout } = await doctor(['--json', '--send', 'ada@example.com'], ENV);
    expect(status).toBe(1);
    const { ok, findings } = JSON.parse(stdout);
    expect(ok).toBe(false);
    expect(findings.slice(-2)).toMatchObject([
      { about: 'Test mail', level: 'ok' },
      { about: 'Test alert', level: 'skipped' },
    ]);
    expect(mailServer.taken).toMatchObject([{ to: 'ada@example.com' }]);
  });

  it('says of a database that is away, or silent, what it can, and looks at the rest', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    atEnd(() => silent.close());
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    for (const at of ['127.0.0.1:9', `127.0.0.1:${port}`]) {
      const { status, stdout } = await doctor([], { ...ENV, DATABASE_URL: `postgres://u:hush-hush@${at}/x` });
      expect(status).toBe(1);
      expect(stdout).toMatch(/^error {4}Database/m);
      expect(stdout).toMatch(/^skipped {2}Workers/m);
      expect(stdout).toMatch(/^ok {7}Transport/m);
      expect(stdout).not.toContain('hush-hush');
    }
  });

  it('tells settings that are wrong, and looks at the database all the same', async () => {
    const { status, stdout } = await doctor([], { ...ENV, MAIL_TRANSPORT: 'pigeon' });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^error {4}Settings {9}MAIL_TRANSPORT must be/m);
    expect(stdout).toMatch(/^ok {7}Schema/m);
    expect(stdout).toMatch(/^skipped {2}Transport/m);
  });

  it.each([[['--sned', 'x']], [['--send', 'nobody']], [['more']]])(
    'says how it is used after %j',
    async (args) => {
      const { status, stdout, stderr } = await doctor(args, ENV);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toContain('Usage: npm run doctor');
    },
  );

  it.runIf(findFaketime() !== null)('tells a clock of this machine that is wrong', async () => {
    const { stdout } = await doctor([], { ...ENV, ...createWrongClock(600).env });
    expect(stdout).toMatch(/^warning {2}Clock {12}This machine’s clock is 10 minutes ahead of/m);
  });
});
