import type { IdempotentAnswer } from './idempotent-answer.ts';
import type { Db } from './pool.ts';

/** The answer given under this Idempotency-Key since then, if there is one. */
export async function findKeptAnswer(
  db: Db,
  by: { apiKeyId: string; key: string; since: Date },
): Promise<IdempotentAnswer | null> {
  const { rows } = await db.query<IdempotentAnswer>(
    `select request_hash as "requestHash", status, body from idempotent_answer
     where api_key_id = $1 and idempotency_key = $2 and created_at >= $3`,
    [by.apiKeyId, by.key, by.since],
  );
  return rows[0] ?? null;
}
