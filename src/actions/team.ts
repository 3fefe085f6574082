import {
  findTeamMember,
  hasTeamMembers,
  lockAdmins,
  lockTeam,
  type Role,
  removeTeamMember,
  saveTeamMember,
  setRole,
  type TeamMember,
} from '../db/team-member.ts';
import { AppError } from '../domain/errors.ts';
import { memberVersion, requireVersion } from '../domain/version.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';

type Context = Pick<TeamActionContext, 'db' | 'now' | 'actor'>;

/** From now on they can sign in. Throws `conflict` where the address is on the team. */
export async function addMember(
  context: Context,
  { email, role }: { readonly email: string; readonly role: Role },
): Promise<string> {
  await lockAdmins(context.db);
  if (await findTeamMember(context.db, { email }))
    throw new AppError('conflict', `${email} is on the team already.`);
  const { id } = await saveTeamMember(context.db, { email, role });
  await audit(context, 'member_added', { detail: { memberId: id, role } });
  return id;
}

/**
 * The first member of an empty team, an admin. The caller has looked at the code from the server's log. Throws `conflict` where somebody
 * is on the team, also where that happened at the same instant.
 */
export async function addFirstAdmin(context: Pick<Context, 'db' | 'now'>, email: string): Promise<string> {
  await lockTeam(context.db);
  if (await hasTeamMembers(context.db))
    throw new AppError('conflict', 'Somebody is on the team already: ask an admin to add you.');
  return addMember({ ...context, actor: 'operator' }, { email, role: 'admin' });
}

/**
 * `seen` is the version of the member whose role was to be changed. Throws `not_found`, `changed_meanwhile`, and
 * `conflict` where no admin would be left.
 */
export async function changeRole(context: Context, id: string, role: Role, seen?: string): Promise<void> {
  const { db } = context;
  const admins = await lockAdmins(db);
  const member = await get(context, id);
  requireVersion(seen, memberVersion(member));
  if (member.role === role) return;
  if (member.role === 'admin') refuseLastAdmin(admins);
  await setRole(db, id, role);
  await audit(context, 'role_changed', { detail: { memberId: id, role } });
}

/** They are signed out everywhere, and their API keys are revoked. Throws `not_found`, and `conflict` where no admin would be left. */
export async function removeMember(context: Context, id: string): Promise<void> {
  const { db, now } = context;
  const admins = await lockAdmins(db);
  const { role } = await get(context, id);
  if (role === 'admin') refuseLastAdmin(admins);
  await removeTeamMember(db, id, now);
  await audit(context, 'member_removed', { detail: { memberId: id } });
}

async function get({ db }: Context, id: string): Promise<TeamMember> {
  const member = await findTeamMember(db, { id });
  if (!member) throw new AppError('not_found', 'There is no such member of the team.');
  return member;
}

function refuseLastAdmin(admins: number): void {
  if (admins <= 1) throw new AppError('conflict', 'This is the last admin: make somebody else one first.');
}
