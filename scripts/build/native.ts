import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../launcher/project.mjs';
import { BuildError } from './build-error.ts';

/** Packages that are loaded as they are: parts of them are programs of this kind of machine, which no bundle can hold. */
export const NATIVE = ['sharp'];

/** The folder beside the bundles in which they find these packages, as Node looks for them. */
export const PACKAGES = 'node_modules';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Copies the native packages, and what they need on this kind of machine, beside the bundles: a build runs on machines of the kind
 * that it was made on. Returns their names. Throws BuildError where one is not installed.
 */
export function copyNative(folder: string): string[] {
  const copied = new Set<string>();
  const open = [...NATIVE];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (copied.has(name)) continue;
    const from = join(PROJECT, 'node_modules', name);
    if (!existsSync(from)) throw new BuildError(`The package ${name} is not installed: run npm ci.`);
    const { dependencies = {}, optionalDependencies = {} }: Manifest = JSON.parse(
      readFileSync(join(from, 'package.json'), 'utf8'),
    );
    cpSync(from, join(folder, PACKAGES, name), { recursive: true });
    copied.add(name);
    // Of those for each kind of machine npm installed the one for this.
    const optional = Object.keys(optionalDependencies).filter((one) =>
      existsSync(join(PROJECT, 'node_modules', one)),
    );
    open.push(...Object.keys(dependencies), ...optional);
  }
  return [...copied].sort();
}
