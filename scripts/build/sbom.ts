import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmCommand } from '../launcher/npm-command.mjs';
import { PROJECT } from '../launcher/project.mjs';
import { readLockFile } from '../support/lock-file.ts';
import { BuildError } from './build-error.ts';

/** Beside the bundles: every production package at its locked version, as CycloneDX. */
export const SBOM = 'sbom.cdx.json';

interface Component {
  readonly 'bom-ref': string;
  readonly purl: string;
  readonly properties?: readonly { readonly name: string }[];
}

interface Dependency {
  readonly ref: string;
  readonly dependsOn: readonly string[];
}

/**
 * Writes the software bill of materials that `npm sbom` makes of package-lock.json; needs neither packages nor a network. The
 * same lock file and npm give the same bytes. False: this npm has no `sbom` (those before 9.9). Throws BuildError.
 */
export function writeSbom(folder: string): boolean {
  const file = join(folder, SBOM);
  rmSync(file, { force: true });
  const text = runNpmSbom();
  if (text === null) return false;
  writeFileSync(file, `${JSON.stringify(reproducible(JSON.parse(text)), null, 1)}\n`);
  return true;
}

/** Null: this npm has no `sbom`. */
function runNpmSbom(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'access-mail-sbom-'));
  try {
    writeProductionPackages(folder);
    const [command, ...first] = npmCommand();
    const args = [
      'sbom',
      '--sbom-format=cyclonedx',
      '--sbom-type=application',
      '--package-lock-only',
      '--offline',
    ];
    // Whatever the environment leaves out otherwise (NODE_ENV, npm_config_omit).
    const all = [
      '--include=prod',
      '--include=optional',
      '--include=peer',
      '--no-workspaces',
      '--loglevel=error',
    ];
    const { error, status, stdout, stderr } = spawnSync(command, [...first, ...args, ...all], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (error) throw new BuildError(`npm could not be started (${error.message}): install npm 9 or newer.`);
    if (/Unknown command: "sbom"/.test(stdout + stderr)) return null;
    if (status !== 0) throw new BuildError(`npm sbom failed: ${stderr.trim()}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `npm sbom --omit=dev` leaves out production packages that a development package needs, too: so they are left out here. */
function writeProductionPackages(folder: string): void {
  const lock = readLockFile(PROJECT);
  const packages = Object.entries(lock.packages)
    .filter(([, { dev }]) => !dev)
    .map(([place, { devDependencies: _, ...entry }]) => [place, entry]);
  const { devDependencies: _, ...own } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(own));
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }),
  );
}

/** Without the time, the chance and the folder of this one run; each package once, under its name in the registry. */
// biome-ignore lint/suspicious/noExplicitAny: CycloneDX has more than is looked at here
function reproducible({ serialNumber: _, metadata: { timestamp: __, ...metadata }, ...bom }: any): object {
  const components = new Map((bom.components as Component[]).map((one) => [one['bom-ref'], named(one)]));
  // Older versions of npm list a package once for each place that it is installed at.
  const dependencies = new Map(
    (bom.dependencies as Dependency[]).map(({ ref, dependsOn }) => [
      ref,
      { ref, dependsOn: [...new Set(dependsOn)] },
    ]),
  );
  const content = {
    ...bom,
    metadata: { ...metadata, component: named(metadata.component) },
    components: [...components.values()],
    dependencies: [...dependencies.values()],
  };
  const { bomFormat, specVersion, ...rest } = content;
  return { bomFormat, specVersion, serialNumber: serialOf(content), ...rest };
}

/** npm names the project by its folder, a package under an alias by that, and says where in the folder it is. */
function named(component: Component): Component {
  const [, name = ''] = /^pkg:npm\/(.+)@[^@]+$/.exec(component.purl) ?? [];
  const properties =
    component.properties?.filter((property) => property.name !== 'cdx:npm:package:path') ?? [];
  return Object.assign({}, component, { name: decodeURIComponent(name), properties });
}

/** The same number for the same content (a UUID of version 8). */
function serialOf(content: object): string {
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  const groups = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`];
  return `urn:uuid:${[...groups, hash.slice(20, 32)].join('-')}`;
}
