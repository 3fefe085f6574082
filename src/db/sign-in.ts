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
  /** Who of the team invited them; null: they asked for it themselves. */
  readonly invitedBy: string | null;
  readonly inviterEmail: string | null;
}

export interface NewSignIn {
  readonly memberId: string;
  readonly language: string;
  readonly nextPath: string;
  /** Of the browser that asked; null: it takes no cookies. */
  readonly browserHash?: string | null;
  /** An invitation: the member who sent it. */
  readonly invitedBy?: string | null;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
}

export async function insertSignIn(db: Db, signIn: NewSignIn): Promise<string> {
  const s = signIn;
  const { rows } = await db.query<{ id: string }>(
    `insert into {schema}.sign_in (team_member_id, language, next_path, browser_hash, invited_by, requested_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [
      ...[s.memberId, s.language, s.nextPath, s.browserHash ?? null, s.invitedBy ?? null],
      ...[s.requestedAt, s.expiresAt],
    ],
  );
  return (rows[0] as { id: string }).id;
}

/** The mail that brings it. */
export async function setSignInMessage(db: Db, id: string, messageId: string): Promise<void> {
  await db.query('update {schema}.sign_in set message_id = $2 where id = $1', [id, messageId]);
}

/** When a member asked since this instant, latest first; invitations are not their doing. */
export async function listRequests(db: Db, memberId: string, since: Date): Promise<Date[]> {
  const { rows } = await db.query<{ at: Date }>(
    `select requested_at as at from {schema}.sign_in where team_member_id = $1 and requested_at > $2 and invited_by is null
     order by requested_at desc limit 100`,
    [memberId, since],
  );
  return rows.map(({ at }) => at);
}

const SIGN_IN = `
  select sign_in.id, team_member_id as "memberId", team_member.email, language, next_path as "nextPath",
    expires_at as "expiresAt", used_at as "usedAt", invited_by as "invitedBy", inviter.email as "inviterEmail"
  from {schema}.sign_in join {schema}.team_member on team_member.id = team_member_id and team_member.removed_at is null
  left join {schema}.team_member as inviter on inviter.id = invited_by`;

/** Of somebody who is on the team still. */
export async function findSignIn(db: Db, id: string): Promise<SignIn | null> {
  const { rows } = await db.query<SignIn>(`${SIGN_IN} where sign_in.id = $1`, [id]);
  return rows[0] ?? null;
}

/** Those that a browser asked for and that still work, the latest first. */
export async function listSignInsOfBrowser(db: Db, browserHash: string, now: Date): Promise<SignIn[]> {
  const { rows } = await db.query<SignIn>(
    `${SIGN_IN} where browser_hash = $1 and used_at is null and expires_at > $2 order by requested_at desc limit 5`,
    [browserHash, now],
  );
  return rows;
}

/** Uses the link up; false: somebody has, or it is too old. */
export async function consumeSignIn(db: Db, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    'update {schema}.sign_in set used_at = $2 where id = $1 and used_at is null and expires_at > $2',
    [id, now],
  );
  return rowCount === 1;
}

/** Invitations are for the first time: from then on a member's sign-in links are those that they ask for. */
export async function endInvitations(db: Db, memberId: string, now: Date): Promise<void> {
  await db.query(
    `update {schema}.sign_in set used_at = $2
     where team_member_id = $1 and invited_by is not null and used_at is null`,
    [memberId, now],
  );
}

export async function deleteOldSignIns(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.sign_in where expires_at < $1', [before]);
}
