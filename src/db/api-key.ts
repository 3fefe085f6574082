import type { ApiScope } from '../domain/api-key.ts';
import type { Db } from './pool.ts';

/** Stands for BOOTSTRAP_API_KEY, which has no row. */
export const BOOTSTRAP_KEY_ID = '00000000-0000-0000-0000-000000000000';

export interface ApiKey {
  readonly id: string;
  /** Whose it is; null: a program's. */
  readonly memberId: string | null;
  readonly scopes: readonly ApiScope[];
}

/** The key whose SHA-256 this is, unless it was revoked. */
export async function findApiKey(db: Db, keyHash: string): Promise<ApiKey | null> {
  const { rows } = await db.query<ApiKey>(
    `select id, team_member_id as "memberId", scopes from {schema}.api_key where key_hash = $1 and revoked_at is null`,
    [keyHash],
  );
  return rows[0] ?? null;
}

/** Whether a key that was valid once has not been revoked. */
export async function isApiKeyValid(db: Db, id: string): Promise<boolean> {
  if (id === BOOTSTRAP_KEY_ID) return true;
  const { rowCount } = await db.query('select from {schema}.api_key where id = $1 and revoked_at is null', [
    id,
  ]);
  return rowCount === 1;
}

export async function insertApiKey(
  db: Db,
  key: Omit<ApiKey, 'id'> & { readonly name: string; readonly keyHash: string },
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    'insert into {schema}.api_key (name, key_hash, team_member_id, scopes) values ($1, $2, $3, $4) returning id',
    [key.name, key.keyHash, key.memberId, key.scopes],
  );
  return (rows[0] as { id: string }).id;
}

export interface ListedApiKey {
  readonly id: string;
  readonly name: string;
  /** Whose it is; null: a program's. */
  readonly owner: string | null;
  readonly scopes: readonly ApiScope[];
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** Those in force, newest first. */
export async function listApiKeys(db: Db): Promise<ListedApiKey[]> {
  const { rows } = await db.query<ListedApiKey>(
    `select api_key.id, name, team_member.email as owner, scopes, api_key.created_at as "createdAt",
       last_used_at as "lastUsedAt"
     from {schema}.api_key left join {schema}.team_member on team_member.id = team_member_id
     where revoked_at is null order by api_key.created_at desc, api_key.id desc`,
  );
  return rows;
}

/** The names of keys, of revoked ones, too: what the audit log calls them. */
export async function nameApiKeys(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.query<{ id: string; name: string }>(
    'select id, name from {schema}.api_key where id = any($1)',
    [ids],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Returns whether it was in force. */
export async function revokeApiKey(db: Db, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    'update {schema}.api_key set revoked_at = $2 where id = $1 and revoked_at is null',
    [id, now],
  );
  return rowCount === 1;
}

/** Notes the use at most once a minute, so that a busy key does not write a row a request. */
export async function touchApiKey(db: Db, id: string, now: Date): Promise<void> {
  await db.query(
    `update {schema}.api_key set last_used_at = $2
     where id = $1 and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')`,
    [id, now],
  );
}
