import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesBeside } from '../../scripts/build/beside.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const BUILT_FROM = ['src/server.ts', 'src/migrations'];

let checkout: string;

/** A checkout with the launcher, one program and a folder of files that it reads. */
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'access-mail-launcher-'));
  cpSync(join(PROJECT, 'scripts/launcher'), join(checkout, 'scripts/launcher'), { recursive: true });
  write('src/server.ts', 'start();');
  write('src/migrations/1.sql', 'select 1;');
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
}

function evaluate(script: string) {
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: checkout,
    encoding: 'utf8',
  });
}

/** Writes what `npm run build` leaves of these sources. */
function build(): void {
  const { stdout } = evaluate(`
    import { fingerprint } from './scripts/launcher/bundle.mjs';
    const sources = Object.fromEntries(${JSON.stringify(BUILT_FROM)}.map((path) => [path, fingerprint(path)]));
    console.log(JSON.stringify({ files: [], sources }));`);
  write('dist/built.json', stdout);
}

/** What the launcher runs of a command that has a bundle. */
function chosen() {
  const { status, stdout, stderr } = evaluate(`
    import { stepsOf } from './scripts/launcher/bundle.mjs';
    console.log(stepsOf({ bundle: ['dist/server.mjs'], steps: [['src/server.ts']] }).steps.join());`);
  return { status, runs: stdout.trim(), says: stderr.trim() };
}

const BUNDLE = { status: 0, runs: 'dist/server.mjs', says: '' };
const SOURCES = { status: 0, runs: 'src/server.ts', says: '' };
const stale = (path: string) => ({
  ...SOURCES,
  says: `The bundles in dist/ are not of these sources (${path} differs): the sources run. Renew them: npm run build`,
});

describe('the launcher', () => {
  it('runs the sources where there is no bundle, and the bundle where there is', () => {
    expect(chosen()).toEqual(SOURCES);
    build();
    expect(chosen()).toEqual(BUNDLE);
  });

  it('runs the sources where one of them is another one, until it is as before', () => {
    build();
    write('src/server.ts', 'startOtherwise();');
    expect(chosen()).toEqual(stale('src/server.ts'));
    write('src/server.ts', 'start();');
    expect(chosen()).toEqual(BUNDLE);
  });

  it('runs the sources where a file was added to what the programs read', () => {
    build();
    write('src/migrations/2.sql', 'select 2;');
    expect(chosen()).toEqual(stale('src/migrations'));
  });

  it('runs the sources where one that the bundle was made of is gone', () => {
    write('src/more.ts', '');
    build();
    rmSync(join(checkout, 'src/migrations'), { recursive: true });
    expect(chosen()).toEqual(stale('src/migrations'));
  });

  it('runs the sources after a build that was broken off', () => {
    build();
    rmSync(join(checkout, 'dist/built.json'));
    expect(chosen()).toEqual(SOURCES);
  });

  it('runs the bundle where the sources were left out', () => {
    build();
    rmSync(join(checkout, 'src'), { recursive: true });
    expect(chosen()).toEqual(BUNDLE);
  });

  it('says what to do where there is neither', () => {
    rmSync(join(checkout, 'src'), { recursive: true });
    expect(chosen()).toEqual({
      status: 1,
      runs: '',
      says: 'There are neither sources nor finished bundles here: run "npm run build" in a checkout.',
    });
  });
});

describe('the build', () => {
  it('says in one line that its folder cannot be made, and what its option is', () => {
    write('file', '');
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts', ...args], {
        cwd: PROJECT,
        encoding: 'utf8',
      });
    const { status, stderr } = run('--out', join(checkout, 'file/dist'));
    expect([status, stderr.trim().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toContain('npm run build -- --out FOLDER');
    expect(run('--outt', 'x')).toMatchObject({
      status: 1,
      stderr: 'Usage: npm run build [-- --out FOLDER]\n',
    });
  });

  it('copies what a module reads beside itself', () => {
    expect(filesBeside(['src/db/migrated.ts'])).toEqual(new Map([['migrations', 'src/db/migrations']]));
  });

  it.each([
    ['scripts/inbox/views.ts', 'asks import.meta where it stands'],
    ['test/scripts/bundle.long.test.ts', 'asks import.meta where it stands'],
  ])('refuses %s, which a bundle would mislead', (module, reason) => {
    expect(() => filesBeside([module])).toThrow(reason);
  });
});
