import { createHash } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { keepAnswer, takeIdempotencyKey } from '../db/idempotent-answer.ts';
import { transaction } from '../db/pool.ts';
import type { AppDependencies, AppEnv } from '../http/context.ts';
import { whoAsks } from './authenticate.ts';
import { KEEP_ANSWERS_MS, readIdempotencyKey, requireSameRequest } from './idempotency-key.ts';

/**
 * Runs a request that changes something in one transaction: rows, jobs and the answer that a repeated
 * `Idempotency-Key` gets are committed together. An answer of 400 or above undoes everything and is not kept, so that
 * the corrected request may use the same key.
 */
export function change({ pool, boss, now }: AppDependencies) {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    const key = c.req.method === 'POST' ? readIdempotencyKey(c.req.header('idempotency-key')) : null;
    const at = now();
    const { id: apiKeyId } = c.get('apiKey');
    try {
      await transaction(pool, async (db) => {
        c.set('action', { db, boss, now: at, ...whoAsks(c) });
        if (key !== null) {
          const requestHash = createHash('sha256')
            .update(`${c.req.method} ${c.req.path}\n`)
            .update(new Uint8Array(await c.req.arrayBuffer()))
            .digest('hex');
          const since = new Date(at.getTime() - KEEP_ANSWERS_MS);
          const before = await takeIdempotencyKey(db, { apiKeyId, key, requestHash, since, now: at });
          if (before) {
            requireSameRequest(before, requestHash);
            c.res = new Response(before.body, {
              status: before.status,
              headers: { 'content-type': 'application/json', 'idempotent-replayed': 'true' },
            });
            return;
          }
        }
        await next();
        if (c.error || c.res.status >= 400) throw new Undo();
        if (key !== null)
          await keepAnswer(db, {
            apiKeyId,
            key,
            status: c.res.status,
            body: await c.res.clone().text(),
            registrantId: c.get('answerAbout') ?? null,
          });
      });
    } catch (error) {
      if (!(error instanceof Undo)) throw error;
    }
  });
}

/** Rolls the transaction back and leaves the answer as it is. */
class Undo extends Error {}
