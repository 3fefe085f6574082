import type { Db } from './pool.ts';

/** What all workers know of the tokens for one mail server; sealed. */
export interface KeptToken {
  readonly accessToken: string | null;
  readonly expiresAt: Date | null;
  readonly refreshToken: string | null;
}

export async function findToken(db: Db, id: string): Promise<KeptToken | null> {
  const { rows } = await db.query<KeptToken>(
    `select access_token as "accessToken", expires_at as "expiresAt", refresh_token as "refreshToken"
     from {schema}.oauth_token where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Whether the caller is the one who asks for a new token, until `until`; of many at once one gets true. */
export async function beginAsking(db: Db, id: string, now: Date, until: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into {schema}.oauth_token as known (id, asking_until, changed_at) values ($1, $3, $2)
     on conflict (id) do update set asking_until = excluded.asking_until
       where known.asking_until <= excluded.changed_at`,
    [id, now, until],
  );
  return rowCount === 1;
}

/** Keeps what the token endpoint gave; others may ask again from now on. A refresh token of null leaves the one that is there. */
export async function keepToken(db: Db, id: string, token: KeptToken, now: Date): Promise<void> {
  await db.query(
    `update {schema}.oauth_token set access_token = $2, expires_at = $3, refresh_token = coalesce($4, refresh_token),
       asking_until = $5, changed_at = $5
     where id = $1`,
    [id, token.accessToken, token.expiresAt, token.refreshToken, now],
  );
}

/** Nothing came of it: others may ask. */
export async function endAsking(db: Db, id: string, now: Date): Promise<void> {
  await db.query('update {schema}.oauth_token set asking_until = $2 where id = $1', [id, now]);
}

/** Deletes tokens of settings that nobody uses any more. */
export async function deleteOldTokens(db: Db, unchangedSince: Date): Promise<void> {
  await db.query('delete from {schema}.oauth_token where changed_at < $1', [unchangedSince]);
}
