import { everyEvent } from './ledger.ts';
import type { Db } from './pool.ts';

export interface IdempotentAnswer {
  readonly requestHash: string;
  readonly status: number;
  readonly body: string;
}

/**
 * Takes the key for this request, or returns the answer given before. While another request holds the key in a
 * transaction of its own this waits for that to end, so two at once become one. Answers older than `since` count as
 * gone.
 */
export async function takeIdempotencyKey(
  db: Db,
  take: { apiKeyId: string; key: string; requestHash: string; since: Date; now: Date },
): Promise<IdempotentAnswer | null> {
  const values = [take.apiKeyId, take.key, take.requestHash, take.now, take.since];
  const taken = await db.query(
    `insert into {schema}.idempotent_answer as kept (api_key_id, idempotency_key, request_hash, created_at)
     values ($1, $2, $3, $4)
     on conflict (api_key_id, idempotency_key) do update
       set request_hash = excluded.request_hash, created_at = excluded.created_at, status = 0, body = '',
           registrant_id = null
       where kept.created_at < $5
     returning 1`,
    values,
  );
  if (taken.rowCount) return null;
  return findKeptAnswer(db, take);
}

/** The answer given under this key since then, if there is one. */
export async function findKeptAnswer(
  db: Db,
  by: { readonly apiKeyId: string; readonly key: string; readonly since: Date },
): Promise<IdempotentAnswer | null> {
  const { rows } = await db.query<IdempotentAnswer>(
    `select request_hash as "requestHash", status, body from {schema}.idempotent_answer
     where api_key_id = $1 and idempotency_key = $2 and created_at >= $3`,
    [by.apiKeyId, by.key, by.since],
  );
  return rows[0] ?? null;
}

/**
 * Keeps what was answered, and whose registration it speaks of, so that erasing that person erases it too. Of a person who was erased
 * meanwhile nothing is kept.
 */
export async function keepAnswer(
  db: Db,
  answer: { apiKeyId: string; key: string; status: number; body: string; registrantId: string | null },
): Promise<void> {
  const { apiKeyId, key, status, body, registrantId } = answer;
  // Locked: whoever erases the registrant waits, and then finds the answer.
  const { rows } = registrantId
    ? await db.query<{ isErased: boolean }>(
        `select erased_at is not null as "isErased" from {schema}.registrant
         where id = $1 ${everyEvent('named_without_event')} for key share`,
        [registrantId],
      )
    : { rows: [] };
  if (rows[0]?.isErased)
    await db.query('delete from {schema}.idempotent_answer where api_key_id = $1 and idempotency_key = $2', [
      apiKeyId,
      key,
    ]);
  else
    await db.query(
      `update {schema}.idempotent_answer set status = $3, body = $4, registrant_id = $5
       where api_key_id = $1 and idempotency_key = $2`,
      [apiKeyId, key, status, body, registrantId],
    );
}

export async function deleteOldAnswers(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.idempotent_answer where created_at < $1', [before]);
}
