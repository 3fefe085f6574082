import type { Db } from './pool.ts';

/** A mailed link that signs somebody in. */
export interface SignIn {
  readonly id: string;
  readonly memberId: string;
  readonly email: string;
  readonly language: string;
  readonly nextPath: string;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

export interface NewSignIn {
  readonly memberId: string;
  readonly language: string;
  readonly nextPath: string;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
}

export async function insertSignIn(db: Db, signIn: NewSignIn): Promise<string> {
  const s = signIn;
  const { rows } = await db.query<{ id: string }>(
    `insert into {schema}.sign_in (team_member_id, language, next_path, requested_at, expires_at)
     values ($1, $2, $3, $4, $5) returning id`,
    [s.memberId, s.language, s.nextPath, s.requestedAt, s.expiresAt],
  );
  return (rows[0] as { id: string }).id;
}

/** Of somebody who is on the team still. */
export async function findSignIn(db: Db, id: string): Promise<SignIn | null> {
  const { rows } = await db.query<SignIn>(
    `select sign_in.id, team_member_id as "memberId", team_member.email, language, next_path as "nextPath",
       expires_at as "expiresAt", used_at as "usedAt"
     from {schema}.sign_in join {schema}.team_member on team_member.id = team_member_id and team_member.removed_at is null
     where sign_in.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Uses the link up; false: somebody has, or it is too old. */
export async function consumeSignIn(db: Db, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    'update {schema}.sign_in set used_at = $2 where id = $1 and used_at is null and expires_at > $2',
    [id, now],
  );
  return rowCount === 1;
}

export async function deleteOldSignIns(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.sign_in where expires_at < $1', [before]);
}
