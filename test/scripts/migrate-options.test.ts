import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

// No database is there: what is refused is refused before one is looked for.
const migrate = (...args: string[]) =>
  spawnSync(process.execPath, ['scripts/migrate.ts', ...args], {
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production', DATABASE_URL: 'postgres://nobody@127.0.0.1:9/nothing' },
  });

describe('npm run migrate', () => {
  it.each([
    ['a number of partitions without --partition, which would divide nothing', ['--partitions', '8']],
    ['fewer than two partitions', ['--partition', '--partitions', '1']],
    ['an option that it does not know', ['--partition=16']],
  ])('refuses %s', (_, args) => {
    const { status, stdout, stderr } = migrate(...args);
    expect(stderr).toContain('Usage: npm run migrate -- [--partition [--partitions N]]');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });
});
