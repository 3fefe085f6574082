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

/** By address. */
export async function listTeamMembers(
  db: Db,
): Promise<(TeamMember & { readonly createdAt: Date; readonly lastSeenAt: Date | null })[]> {
  const { rows } = await db.query<TeamMember & { createdAt: Date; lastSeenAt: Date | null }>(
    `select ${TEAM_MEMBER_COLUMNS}, created_at as "createdAt",
       (select max(last_seen_at) from {schema}.session where session.team_member_id = team_member.id) as "lastSeenAt"
     from {schema}.team_member where removed_at is null order by lower(email)`,
  );
  return rows;
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
