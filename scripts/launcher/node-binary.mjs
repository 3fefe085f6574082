import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from './fail.mjs';
import { isNodeTooOld, MACHINE, nodePackage, OLDEST_NODE } from './machine.mjs';
import { PROJECT } from './project.mjs';

/** A package of its own, so that whoever has a Node that is new enough does not download another one. */
const FOLDER = join(PROJECT, 'scripts/launcher/node');

/** What to install for a Node that is new enough: nothing where the machine has it. */
export function nodeToInstall() {
  if (!isNodeTooOld(MACHINE)) return [];
  const what = `Node.js (some 50 MB, this once: the machine has ${MACHINE.node})`;
  const lack = `Node ${OLDEST_NODE} or newer is needed and this is ${MACHINE.node}: install one (nodejs.org), or`;
  return [{ folder: FOLDER, what, lack }];
}

/** The path of a Node that is new enough: the one we run on, else the one that was installed for this machine. */
export function findNode() {
  if (!isNodeTooOld(MACHINE)) return process.execPath;
  const binary = join(FOLDER, 'node_modules', nodePackage(MACHINE), 'bin/node');
  // npm leaves out without a word what is optional and cannot be had.
  if (!existsSync(binary))
    fail(
      `npm did not bring Node ${OLDEST_NODE} (is there a network?): run the command again, or install one (nodejs.org).`,
    );
  return binary;
}
