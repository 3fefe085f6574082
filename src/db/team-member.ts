import type { MessageStatus } from '../domain/delivery/status.ts';
import type { Db } from './pool.ts';

export const ROLES = ['member', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface TeamMember {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  /** The columns of the People page that they chose; null: the usual ones. */
  readonly peopleColumns: readonly string[] | null;
}

export const TEAM_MEMBER_COLUMNS = `
  team_member.id, team_member.email, team_member.role, team_member.people_columns as "peopleColumns"`;

/** Adds the member, or changes the role of the one with this address. */
export async function saveTeamMember(
  db: Db,
  member: { readonly email: string; readonly role: Role },
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const { rows } = await db.query<{ id: string; isNew: boolean }>(
    `insert into {schema}.team_member (email, role) values ($1, $2)
     on conflict ({schema}.address_hash(email)) where removed_at is null do update set role = excluded.role
     returning id, xmax = 0 as "isNew"`,
    [member.email, member.role],
  );
  return rows[0] as { id: string; isNew: boolean };
}

/** Never one who was removed. */
export async function findTeamMember(
  db: Db,
  by: { readonly id: string } | { readonly email: string } | { readonly addressHash: string },
): Promise<TeamMember | null> {
  const [condition, value] =
    'id' in by
      ? ['id = $1', by.id]
      : 'email' in by
        ? ['{schema}.address_hash(email) = {schema}.address_hash($1)', by.email]
        : ['{schema}.address_hash(email) = $1', by.addressHash];
  const { rows } = await db.query<TeamMember>(
    `select ${TEAM_MEMBER_COLUMNS} from {schema}.team_member where ${condition} and removed_at is null`,
    [value],
  );
  return rows[0] ?? null;
}

/** Whether somebody with this address was on the team, and nobody is any more. */
export async function wasTeamMember(db: Db, email: string): Promise<boolean> {
  const { rows } = await db.query<{ was: boolean }>(
    `select bool_and(removed_at is not null) as was from {schema}.team_member
     where {schema}.address_hash(email) = {schema}.address_hash($1)`,
    [email],
  );
  return rows[0]?.was === true;
}

/** The latest invitation of somebody who has not signed in yet. */
export interface Invitation {
  /** Of the sign-in that its link opens. */
  readonly id: string;
  readonly sentAt: Date;
  /** When its link ends. */
  readonly expiresAt: Date;
  /** Of its mail; null: that is gone. */
  readonly status: MessageStatus | null;
}

export interface ListedMember extends TeamMember {
  /** When they signed in for the first time; null: not yet. */
  readonly joinedAt: Date | null;
  readonly lastSeenAt: Date | null;
  /** Null: they have joined, or were never invited. */
  readonly invitation: Invitation | null;
}

/** By address. */
export async function listTeamMembers(db: Db): Promise<ListedMember[]> {
  const { rows } = await db.query<
    Omit<ListedMember, 'invitation'> & {
      invitationId: string | null;
      sentAt: Date;
      expiresAt: Date;
      status: MessageStatus | null;
    }
  >(
    `select ${TEAM_MEMBER_COLUMNS}, joined_at as "joinedAt",
       (select max(last_seen_at) from {schema}.session where session.team_member_id = team_member.id) as "lastSeenAt",
       invitation.id as "invitationId", invitation.requested_at as "sentAt", invitation.expires_at as "expiresAt",
       message.status
     from {schema}.team_member
     left join lateral (
       select id, requested_at, expires_at, message_id from {schema}.sign_in
       where sign_in.team_member_id = team_member.id and invited_by is not null and joined_at is null
       order by requested_at desc limit 1
     ) as invitation on true
     left join {schema}.team_message as message on message.id = invitation.message_id
     where removed_at is null order by lower(team_member.email)`,
  );
  return rows.map(({ invitationId, sentAt, expiresAt, status, ...member }) => ({
    ...member,
    invitation: invitationId === null ? null : { id: invitationId, sentAt, expiresAt, status },
  }));
}

/** Notes that they signed in; whether it was for the first time. */
export async function noteJoined(db: Db, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    'update {schema}.team_member set joined_at = $2 where id = $1 and joined_at is null',
    [id, now],
  );
  return rowCount === 1;
}

export async function hasTeamMembers(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ has: boolean }>(
    'select exists (select from {schema}.team_member where removed_at is null) as has',
  );
  return rows[0]?.has === true;
}

/** Until the transaction ends nobody else changes the team, also where there is no member to lock. */
export async function lockTeam(db: Db): Promise<void> {
  await db.query('lock table {schema}.team_member in share row exclusive mode');
}

/** The addresses behind ids, of members who were removed, too: what the audit log calls them. */
export async function nameTeamMembers(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.query<{ id: string; email: string }>(
    'select id, email from {schema}.team_member where id = any($1)',
    [ids],
  );
  return new Map(rows.map(({ id, email }) => [id, email]));
}

/** Locks the team against other changes of it until the transaction ends; returns how many admins there are. */
export async function lockAdmins(db: Db): Promise<number> {
  const { rows } = await db.query(
    `select id from {schema}.team_member where role = 'admin' and removed_at is null order by id for update`,
  );
  return rows.length;
}

/** They can sign in no more, their sessions and keys are worth nothing. Returns whether they were there. */
export async function removeTeamMember(db: Db, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    'update {schema}.team_member set removed_at = $2 where id = $1 and removed_at is null',
    [id, now],
  );
  await db.query(
    'update {schema}.session set revoked_at = $2 where team_member_id = $1 and revoked_at is null',
    [id, now],
  );
  await db.query(
    'update {schema}.api_key set revoked_at = $2 where team_member_id = $1 and revoked_at is null',
    [id, now],
  );
  return rowCount === 1;
}

export async function setRole(db: Db, id: string, role: Role): Promise<boolean> {
  const { rowCount } = await db.query(
    'update {schema}.team_member set role = $2 where id = $1 and removed_at is null',
    [id, role],
  );
  return rowCount === 1;
}

/** Null: the usual ones again. */
export async function setPeopleColumns(db: Db, id: string, columns: readonly string[] | null): Promise<void> {
  await db.query('update {schema}.team_member set people_columns = $2 where id = $1', [id, columns]);
}
