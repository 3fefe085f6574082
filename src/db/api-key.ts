import type { Db } from './pool.ts';

/** The id of the key whose SHA-256 this is, unless it was revoked. */
export async function findApiKey(db: Db, keyHash: string): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    'select id from api_key where key_hash = $1 and revoked_at is null',
    [keyHash],
  );
  return rows[0]?.id ?? null;
}

export async function insertApiKey(db: Db, key: { name: string; keyHash: string }): Promise<void> {
  await db.query('insert into api_key (name, key_hash) values ($1, $2)', [key.name, key.keyHash]);
}

/** Notes the use at most once a minute, so that a busy key does not write a row a request. */
export async function touchApiKey(db: Db, id: string, now: Date): Promise<void> {
  await db.query(
    `update api_key set last_used_at = $2
     where id = $1 and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')`,
    [id, now],
  );
}
