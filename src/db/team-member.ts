import type { Db } from './pool.ts';

export const ROLES = ['member', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Adds the member, or changes the role of the one with this address. Returns whether it is new. */
export async function saveTeamMember(db: Db, member: { email: string; role: Role }): Promise<boolean> {
  const { rows } = await db.query<{ added: boolean }>(
    `insert into team_member (email, role) values ($1, $2)
     on conflict (address_hash(email)) do update set role = excluded.role
     returning xmax = 0 as added`,
    [member.email, member.role],
  );
  return rows[0]?.added ?? false;
}

export interface TeamMember {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
}

export async function findTeamMember(
  db: Db,
  by: { readonly id: string } | { readonly email: string },
): Promise<TeamMember | null> {
  const [condition, value] =
    'id' in by ? ['id = $1', by.id] : ['address_hash(email) = address_hash($1)', by.email];
  const { rows } = await db.query<TeamMember>(`select id, email, role from team_member where ${condition}`, [
    value,
  ]);
  return rows[0] ?? null;
}
