import type { Db } from './pool.ts';

/** Stands for BOOTSTRAP_API_KEY, which has no row. */
export const BOOTSTRAP_KEY_ID = '00000000-0000-0000-0000-000000000000';

export interface ApiKey {
  readonly id: string;
  /** Whose it is; null: a program's. */
  readonly memberId: string | null;
}

/** The key whose SHA-256 this is, unless it was revoked. */
export async function findApiKey(db: Db, keyHash: string): Promise<ApiKey | null> {
  const { rows } = await db.query<ApiKey>(
    `select id, team_member_id as "memberId" from api_key where key_hash = $1 and revoked_at is null`,
    [keyHash],
  );
  return rows[0] ?? null;
}

/** Whether a key that was valid once has not been revoked. */
export async function isApiKeyValid(db: Db, id: string): Promise<boolean> {
  if (id === BOOTSTRAP_KEY_ID) return true;
  const { rowCount } = await db.query('select from api_key where id = $1 and revoked_at is null', [id]);
  return rowCount === 1;
}

export async function insertApiKey(
  db: Db,
  key: { readonly name: string; readonly keyHash: string; readonly memberId: string | null },
): Promise<void> {
  await db.query('insert into api_key (name, key_hash, team_member_id) values ($1, $2, $3)', [
    key.name,
    key.keyHash,
    key.memberId,
  ]);
}

/** Notes the use at most once a minute, so that a busy key does not write a row a request. */
export async function touchApiKey(db: Db, id: string, now: Date): Promise<void> {
  await db.query(
    `update api_key set last_used_at = $2
     where id = $1 and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')`,
    [id, now],
  );
}
