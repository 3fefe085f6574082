import type { Db } from './pool.ts';
import { TEAM_MEMBER_COLUMNS, type TeamMember } from './team-member.ts';

/** Somebody who is signed in, in one browser. */
export interface Session {
  readonly id: string;
  readonly member: TeamMember;
  /** When the cookie was given out. */
  readonly tokenAt: Date;
  /** Whether it is the cookie before the present one: of a request that was under way when it changed. */
  readonly isOld: boolean;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
}

export interface NewSession {
  readonly memberId: string;
  readonly tokenHash: string;
  readonly userAgent: string;
  readonly now: Date;
  readonly expiresAt: Date;
}

export async function insertSession(db: Db, session: NewSession): Promise<string> {
  const s = session;
  const { rows } = await db.query<{ id: string }>(
    `insert into {schema}.session (team_member_id, token_hash, token_at, signed_in_at, last_seen_at, expires_at, user_agent)
     values ($1, $2, $3, $3, $3, $4, $5) returning id`,
    [s.memberId, s.tokenHash, s.now, s.expiresAt, s.userAgent],
  );
  return (rows[0] as { id: string }).id;
}

/** The session of a cookie, by its SHA-256; the cookie before counts for another minute. */
export async function findSession(db: Db, tokenHash: string, now: Date): Promise<Session | null> {
  const { rows } = await db.query<TeamMember & Omit<Session, 'id' | 'member'> & { sessionId: string }>(
    `select ${TEAM_MEMBER_COLUMNS}, session.id as "sessionId", token_at as "tokenAt", token_hash <> $1 as "isOld",
       last_seen_at as "lastSeenAt", expires_at as "expiresAt"
     from {schema}.session join {schema}.team_member on team_member.id = session.team_member_id and team_member.removed_at is null
     where (token_hash = $1 or old_token_hash = $1 and token_at > $2::timestamptz - interval '1 minute')
       and revoked_at is null and expires_at > $2`,
    [tokenHash, now],
  );
  const [row] = rows;
  if (!row) return null;
  const { sessionId, tokenAt, isOld, lastSeenAt, expiresAt, ...member } = row;
  return { id: sessionId, member, tokenAt, isOld, lastSeenAt, expiresAt };
}

/** Gives the session another cookie. False: somebody else did at the same time. */
export async function renewToken(
  db: Db,
  id: string,
  token: { readonly before: string; readonly after: string },
  now: Date,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update {schema}.session set token_hash = $3, old_token_hash = token_hash, token_at = $4, last_seen_at = $4
     where id = $1 and token_hash = $2`,
    [id, token.before, token.after, now],
  );
  return rowCount === 1;
}

export async function touchSession(db: Db, id: string, now: Date): Promise<void> {
  await db.query('update {schema}.session set last_seen_at = $2 where id = $1', [id, now]);
}

export interface ListedSession {
  readonly id: string;
  readonly signedInAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly userAgent: string;
}

/** A member's sessions that are open, latest use first. */
export async function listSessions(db: Db, memberId: string, now: Date): Promise<ListedSession[]> {
  const { rows } = await db.query<ListedSession>(
    `select id, signed_in_at as "signedInAt", last_seen_at as "lastSeenAt", expires_at as "expiresAt",
       user_agent as "userAgent"
     from {schema}.session where team_member_id = $1 and revoked_at is null and expires_at > $2
     order by last_seen_at desc`,
    [memberId, now],
  );
  return rows;
}

/** Ends one of the member's sessions, or all but one; returns how many. */
export async function revokeSessions(
  db: Db,
  memberId: string,
  which: { readonly id: string } | { readonly allBut: string },
  now: Date,
): Promise<number> {
  const [condition, value] = 'id' in which ? ['id = $2', which.id] : ['id <> $2', which.allBut];
  const { rowCount } = await db.query(
    `update {schema}.session set revoked_at = $3 where team_member_id = $1 and ${condition} and revoked_at is null`,
    [memberId, value, now],
  );
  return rowCount ?? 0;
}

export async function deleteOldSessions(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.session where expires_at < $1 or revoked_at < $1', [before]);
}
