import type { Hash } from 'node:crypto';
import { findKeptAnswer, keepAnswer, takeIdempotencyKey } from '../db/idempotent-answer.ts';
import { type Pool, transaction } from '../db/pool.ts';
import { KEEP_ANSWERS_MS, requireSameRequest } from './idempotency-key.ts';

/** A streamed request under an Idempotency-Key. `hash` knows the whole request once `body` was read to its end. */
export interface StreamedRequest {
  readonly apiKeyId: string;
  readonly key: string;
  readonly hash: Hash;
  readonly body: AsyncIterable<Uint8Array>;
  readonly now: Date;
}

/**
 * What the Idempotency-Key promises, for a body too large to be kept in a transaction: under a known key the body is
 * only read and compared; under a new one `work` runs, and its answer is kept under the hash that the body turned out
 * to have. Repeating an interrupted import is harmless, so nothing is kept before the end. Returns the answer's JSON.
 * Throws `idempotency_mismatch` and what `work` throws.
 */
export async function answerOnce(
  pool: Pool,
  { apiKeyId, key, hash, body, now }: StreamedRequest,
  work: () => Promise<unknown>,
): Promise<{ readonly json: string; readonly replayed: boolean }> {
  const since = new Date(now.getTime() - KEEP_ANSWERS_MS);
  const before = await findKeptAnswer(pool, { apiKeyId, key, since });
  if (before) {
    for await (const _ of body);
    return replay(before, hash.digest('hex'));
  }
  const json = JSON.stringify(await work());
  const requestHash = hash.digest('hex');
  return transaction(pool, async (db) => {
    // The same key may have come twice at once: both get the answer of the one that ended first.
    const meanwhile = await takeIdempotencyKey(db, { apiKeyId, key, requestHash, since, now });
    if (meanwhile) return replay(meanwhile, requestHash);
    await keepAnswer(db, { apiKeyId, key, status: 200, body: json, registrantId: null });
    return { json, replayed: false };
  });
}

function replay(kept: { requestHash: string; body: string }, requestHash: string) {
  requireSameRequest(kept, requestHash);
  return { json: kept.body, replayed: true };
}
