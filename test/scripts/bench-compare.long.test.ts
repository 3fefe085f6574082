import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'access-mail-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function compare(...args: string[]) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: folder };
  const command = ['--import', 'tsx', 'scripts/bench.ts', 'compare', ...args];
  return new Promise<{ failed: boolean; stderr: string; lines: string[] }>((resolve) => {
    execFile(process.execPath, command, { cwd: PROJECT, env }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, stderr, lines: stdout.trim().split('\n') }),
    );
  });
}

describe('npm run bench -- compare', () => {
  it('measures one benchmark of both revisions, and leaves no checkout behind', async () => {
    const { failed, stderr, lines } = await compare('HEAD', 'dkim', '--rounds', '1', '--count', '20');
    expect(stderr).toBe('');
    expect(failed).toBe(false);
    const { ratios, rounds } = JSON.parse(lines.at(-1) ?? '');
    expect(rounds).toBe(1);
    expect(ratios.count).toBe(1);
    expect(ratios.signedPerSecond).toBeGreaterThan(0);
    const head = lines.find((line) => line.startsWith('figure'));
    expect(head).toMatch(/^figure +[0-9a-f]{7,} +this checkout +× +rounds$/);
    expect(readdirSync(folder).filter((name) => name.startsWith('access-mail-compare'))).toEqual([]);
  });

  it.each([
    [['nowhere', 'dkim'], 'There is no revision "nowhere" here.'],
    [['HEAD'], 'Usage: '],
    [['HEAD', 'nothing', '--rounds', '1'], 'The benchmark "nothing" of '],
  ])('says what is wrong with %j', async (args, words) => {
    const { failed, stderr } = await compare(...args);
    expect(failed).toBe(true);
    expect(stderr).toContain(words);
  });
});
