import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';
import { buildBundles } from '../../scripts/build/bundle.ts';
import { MANIFEST } from '../../scripts/launcher/bundle.mjs';

let bundles: Promise<string> | undefined;

/**
 * The folder of bundles of these sources, built once a run by whoever asks first: a process starts from them with a quarter of the
 * work that it takes from the sources.
 */
export function bundlesOfRun(): Promise<string> {
  bundles ??= build(inject('bundles'));
  return bundles;
}

async function build(folder: string): Promise<string> {
  if (isFirst(join(folder, 'begun'))) await buildBundles(join(folder, 'dist'));
  // Written last.
  while (!existsSync(join(folder, 'dist', MANIFEST))) await delay(25);
  return join(folder, 'dist');
}

function isFirst(mark: string): boolean {
  try {
    mkdirSync(mark);
    return true;
  } catch {
    return false;
  }
}
