import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What package-lock.json says of one package at one place. */
export interface LockedPackage {
  /** Where it is not the last part of its place: an alias. */
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly deprecated?: string;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly engines?: Readonly<Record<string, string>> | readonly string[];
  readonly [field: string]: unknown;
}

export interface LockFile {
  readonly lockfileVersion: number;
  /** By place, `node_modules/pg`; the folder's own package.json is at ''. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export function readLockFile(folder: string): LockFile {
  return JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
}

/** All but the folder's own, by place. */
export function lockedPackages({ packages }: LockFile): [place: string, entry: LockedPackage][] {
  return Object.entries(packages).filter(([place]) => place !== '');
}

/** The name in the registry. */
export function nameOf(place: string, { name }: LockedPackage): string {
  return name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
