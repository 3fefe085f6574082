import { vi } from 'vitest';
import { HANGS_AFTER_MS } from './hang-guard.ts';

const OFTEN = { timeout: HANGS_AFTER_MS, interval: 25 };

/** What `look` returns once it throws no more; in the end, what it threw last. */
export function waitFor<T>(look: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(look, OFTEN);
}

/** Resolves once `isSo` returns true. */
export async function waitUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitUntil(isSo, OFTEN);
}
