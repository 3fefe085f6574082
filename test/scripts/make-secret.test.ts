import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'access-mail-secret-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newPath = () => join(folder, `secret-${++files}`);

function make(path: string, secret = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/make-secret.mjs', path], {
    cwd: PROJECT,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, SECRET: secret },
  });
  return { status, said: stdout + stderr };
}
const config = (path: string) =>
  readConfig({
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://localhost/access_mail',
    SMTP_URL: 'smtp://localhost',
    PUBLIC_URL: 'https://events.example',
    APP_SECRET_FILE: path,
  });

it('makes a secret once that production takes, and says nothing of it', () => {
  const path = newPath();
  const first = make(path);
  const { appSecret } = config(path);
  expect(appSecret).toMatch(/^[0-9a-f]{64}$/);
  const again = make(path);
  expect([first.status, again.status]).toEqual([0, 0]);
  expect(first.said + again.said).not.toContain(appSecret);
  expect(config(path).appSecret).toBe(appSecret);
  expect(statSync(path).mode & 0o777).toBe(0o444);
  make(newPath());
  expect(readFileSync(join(folder, `secret-${files}`), 'utf8').trim()).not.toBe(appSecret);
});

it('keeps the secret that is given, from then on', () => {
  const path = newPath();
  const given = '0123456789abcdef of our own, of some length';
  make(path);
  expect(make(path, given).status).toBe(0);
  expect(make(path).status).toBe(0);
  expect(config(path).appSecret).toBe(given);
});

it('makes another one in place of an empty file, and fails in one line where it cannot write', () => {
  const path = newPath();
  writeFileSync(path, '\n');
  chmodSync(path, 0o444);
  expect(make(path).status).toBe(0);
  expect(config(path).appSecret).toMatch(/^[0-9a-f]{64}$/);
  const { status, said } = make(join(folder, 'no', 'such', 'folder'));
  expect([status, said]).toEqual([1, expect.stringMatching(/^The secret cannot be kept: .*\n$/)]);
});

it('is what docker-compose.yml runs first, with no secret of its own in the file', () => {
  const text = readFileSync(join(PROJECT, 'docker-compose.yml'), 'utf8');
  const { services } = parse(text, { merge: true });
  const { entrypoint, volumes } = services.secrets;
  expect(entrypoint).toEqual(['node', 'scripts/make-secret.mjs', '/secrets/app_secret']);
  expect(volumes).toEqual(['secrets:/secrets']);
  for (const name of ['migrate', 'server', 'worker']) {
    const { environment, volumes: mounted, depends_on: after } = services[name];
    expect([name, environment.APP_SECRET, environment.APP_SECRET_FILE]).toEqual([
      name,
      undefined,
      entrypoint[2],
    ]);
    expect(mounted).toEqual(['secrets:/secrets:ro']);
    const waits = name === 'migrate' ? after.secrets : after.migrate;
    expect(waits.condition).toBe('service_completed_successfully');
  }
  expect(readFileSync(join(PROJECT, 'Dockerfile'), 'utf8')).toContain('scripts/make-secret.mjs');
});
