import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SBOM, writeSbom } from '../../../scripts/build/sbom.ts';
import { PROJECT } from '../../../scripts/launcher/project.mjs';
import { lockedPackages, nameOf, readLockFile } from '../../../scripts/support/lock-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'access-mail-sbom-test-'));
const lock = readLockFile(PROJECT);
const own = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
let text: string;
// biome-ignore lint/suspicious/noExplicitAny: a CycloneDX document
let bom: any;

function written(): string {
  expect(writeSbom(folder)).toBe(true);
  return readFileSync(join(folder, SBOM), 'utf8');
}

beforeAll(() => {
  // Whoever asks a registry, or leaves out what npm's settings name, fails.
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9');
  vi.stubEnv('npm_config_omit', 'optional');
  vi.stubEnv('NODE_ENV', 'production');
  text = written();
  bom = JSON.parse(text);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** `name@version` of the packages of the lock file, each once. */
function locked(isWanted: (isDev: boolean) => boolean): string[] {
  const names = lockedPackages(lock)
    .filter(([, { dev }]) => isWanted(dev === true))
    .map(([place, entry]) => `${nameOf(place, entry)}@${entry.version}`);
  return [...new Set(names)].sort();
}

describe('the bill of materials of a release', () => {
  it('names each production package of the lock file at its version, and no development package', () => {
    const held = bom.components.map(({ name, version }: Record<string, string>) => `${name}@${version}`);
    expect(held.toSorted()).toEqual(locked((isDev) => !isDev));
    expect(held).toContain(`esbuild@${own.dependencies.esbuild}`);
    expect(held).not.toContain(`vitest@${own.devDependencies.vitest}`);
  });

  it('gives each package its licence, its purl and the hash that the lock file has', () => {
    const entries = new Map(
      lockedPackages(lock).map(([place, entry]) => [`${nameOf(place, entry)}@${entry.version}`, entry]),
    );
    for (const component of bom.components) {
      const name = `${component.name}@${component.version}`;
      expect(component.purl).toBe(`pkg:npm/${name.replace(/^@/, '%40')}`);
      const [{ license, expression }] = component.licenses;
      expect(license?.id ?? license?.name ?? expression).toBe(entries.get(name)?.license);
      const sha512 = Buffer.from(component.hashes[0].content, 'hex').toString('base64');
      expect(`sha512-${sha512}`).toBe(entries.get(name)?.integrity);
    }
  });

  it('is about this program in this version, which needs what package.json names', () => {
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    const { component } = bom.metadata;
    expect(component).toMatchObject({ name: own.name, version: own.version, type: 'application' });
    const refs = new Set(bom.components.map((one: Record<string, string>) => one['bom-ref']));
    const [needs] = bom.dependencies.filter(({ ref }: { ref: string }) => ref === component['bom-ref']);
    for (const [name, version] of Object.entries(own.dependencies))
      expect(needs.dependsOn).toContain(
        String(version)
          .replace('npm:', '')
          .replace(/^(?=\d)/, `${name}@`),
      );
    for (const { ref, dependsOn } of bom.dependencies)
      for (const one of [ref, ...dependsOn]) if (one !== component['bom-ref']) expect(refs).toContain(one);
  });

  it('is the same, byte by byte, in a second build, and tells nothing of the machine', () => {
    expect(written()).toBe(text);
    expect(bom.metadata.timestamp).toBeUndefined();
    for (const path of [PROJECT, tmpdir(), process.env.HOME ?? '/home', 'registry'])
      expect(text).not.toContain(path);
  });
});
