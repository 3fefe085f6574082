import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openApp } from '../support/app.ts';

const app = await openApp();
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

function team(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'scripts/team.ts', ...args],
    {
      cwd: PROJECT,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...app.databaseEnv },
    },
  );
  return { status, stdout, stderr };
}

it('makes an API key that opens the API', async () => {
  const { stdout } = team('key', 'website');
  const key = stdout.trim().split('\n').at(-1);
  expect(key).toMatch(/^am_[\w-]{32}$/);
  const headers = { authorization: `Bearer ${key}` };
  expect((await app.request('/api/v1/events', { headers })).status).toBe(200);
  const { rows } = await app.pool.query('select key_hash, last_used_at from {schema}.api_key');
  expect(rows[0].key_hash).not.toContain(key);
  expect(rows[0].last_used_at).toEqual(app.clock.now);
  await app.pool.query('update {schema}.api_key set revoked_at = now()');
  expect((await app.request('/api/v1/events', { headers })).status).toBe(401);
});

it('adds a team member, and changes the role of one', async () => {
  expect(team('add', 'ada@example.com').stdout).toContain('as member');
  expect(team('add', 'ADA@example.com', '--role', 'admin').stdout).toContain('already; role: admin');
  const { rows } = await app.pool.query('select email, role from {schema}.team_member');
  expect(rows).toEqual([{ email: 'ada@example.com', role: 'admin' }]);
});

it.each([
  [[]],
  [['key']],
  [['add', 'nobody']],
  [['add', 'a@example.com', '--role', 'king']],
  [['remove', 'x']],
])('says in one line what is wrong with %j', (args) => {
  const { status, stdout, stderr } = team(...args);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain('npm run team');
});
