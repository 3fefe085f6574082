import { setTimeout as delay } from 'node:timers/promises';
import type { LedgerMessage } from './records.ts';

/** What waits for something of ours to happen. */
const PENDING = 'scheduled,queued,sending';
/** As many as one answer of the API holds. */
export const PAGE = 200;
const LOOK_EVERY_MS = 1_000;

/** The ledger over the API, as anybody can read it. */
export interface LedgerReader {
  /** Every message there is. */
  all(): Promise<LedgerMessage[]>;
  /** Those that are pending: up to a page of them. */
  pending(): Promise<LedgerMessage[]>;
}

export function createLedgerReader(serverUrl: string, apiKey: string): LedgerReader {
  async function page(query: string): Promise<{ items: LedgerMessage[]; nextCursor: string | null }> {
    const answer = await fetch(`${serverUrl}/api/v1/messages?limit=${PAGE}${query}`, {
      headers: { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(30_000),
    });
    if (!answer.ok) throw new Error(`The ledger cannot be read: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { items: LedgerMessage[]; nextCursor: string | null };
  }

  return {
    async all() {
      const messages: LedgerMessage[] = [];
      let cursor: string | null = null;
      do {
        const { items, nextCursor } = await page(
          cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`,
        );
        // Only what is needed: an API message has its events with it.
        for (const { id, kind, status, to, eventId, error, dueAt } of items)
          messages.push({ id, kind, status, to, eventId, error, dueAt });
        cursor = nextCursor;
      } while (cursor !== null);
      return messages;
    },
    pending: async () => (await page(`&status=${PENDING}`)).items,
  };
}

/**
 * Resolves when no message is pending and `isComplete`. Gives up, and the verdict says what is missing, when nothing has happened for
 * `quietMs` that could lead there, when all that is pending is due only after `mostMs`, and in any case after `mostMs`. `progress`
 * changes whenever something happens.
 */
export async function drain(options: {
  readonly ledger: LedgerReader;
  readonly isComplete: () => boolean;
  readonly progress: () => number;
  readonly quietMs: number;
  readonly mostMs: number;
  /** Null: the ledger cannot be read. */
  readonly onLook: (pending: number | null) => void;
}): Promise<void> {
  const { ledger, isComplete, progress, quietMs, mostMs, onLook } = options;
  const began = performance.now();
  const endsAt = Date.now() + mostMs;
  let last = { progress: -1, at: began };
  while (performance.now() - began < mostMs) {
    const pending = await ledger.pending().catch(() => null);
    onLook(pending === null ? null : pending.length);
    const isOver = pending !== null && pending.length === 0;
    if (isOver && isComplete()) return;
    const now = { progress: progress(), at: performance.now() };
    // What waits is waited for, unless that would be for hours: it has its time to be tried again.
    const isNothingDue = pending?.every(({ dueAt }) => Date.parse(dueAt) > endsAt) ?? false;
    if (!isNothingDue || now.progress !== last.progress) last = now;
    else if (now.at - last.at > quietMs) return;
    await delay(LOOK_EVERY_MS);
  }
}

/** All messages, once `isSettled` is true of them or `mostMs` are over. */
export async function settle(
  ledger: LedgerReader,
  isSettled: (messages: readonly LedgerMessage[]) => boolean,
  mostMs: number,
): Promise<LedgerMessage[]> {
  const began = performance.now();
  for (;;) {
    const messages = await ledger.all();
    if (isSettled(messages) || performance.now() - began > mostMs) return messages;
    await delay(5 * LOOK_EVERY_MS);
  }
}
