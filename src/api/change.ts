import { createHash } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { keepAnswer, takeIdempotencyKey } from '../db/idempotent-answer.ts';
import { transaction } from '../db/pool.ts';
import { AppError } from '../domain/errors.ts';
import { seal, unseal } from '../domain/sealed.ts';
import type { AppDependencies, AppEnv } from '../http/context.ts';
import { whoAsks } from './authenticate.ts';
import { KEEP_ANSWERS_MS, readIdempotencyKey, requireSameRequest } from './idempotency-key.ts';

/**
 * Runs a request that changes something in one transaction: rows, jobs and the answer that a repeated
 * `Idempotency-Key` gets are committed together. An answer of 400 or above undoes everything and is not kept, so that
 * the corrected request may use the same key.
 */
export function change({ config, pool, boss, now }: AppDependencies) {
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
            c.res = new Response(readKept(before.body, config.appSecret), {
              status: before.status,
              headers: { 'content-type': 'application/json', 'idempotent-replayed': 'true' },
            });
            return;
          }
        }
        await next();
        if (c.error || c.res.status >= 400) throw new Undo();
        if (key !== null) {
          const body = await c.res.clone().text();
          await keepAnswer(db, {
            apiKeyId,
            key,
            status: c.res.status,
            body: c.get('answerIsSecret') ? seal(config.appSecret, KEPT_ANSWER, body) : body,
            registrantId: c.get('answerAbout') ?? null,
          });
        }
      });
    } catch (error) {
      if (!(error instanceof Undo)) throw error;
    }
  });
}

const KEPT_ANSWER = 'answer to a repeated request';

/** Answers are JSON objects or empty: what is neither is sealed. */
function readKept(body: string, appSecret: string): string {
  if (body === '' || body.startsWith('{')) return body;
  const answer = unseal(appSecret, KEPT_ANSWER, body);
  if (answer === null)
    throw new AppError('conflict', 'The first answer can no longer be read: use another Idempotency-Key.');
  return answer;
}

/** Rolls the transaction back and leaves the answer as it is. */
class Undo extends Error {}
