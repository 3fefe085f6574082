import { insertSignIn, setSignInMessage } from '../db/sign-in.ts';
import { listTeamMembers, lockAdmins, type Role } from '../db/team-member.ts';
import { AppError } from '../domain/errors.ts';
import { MAIL_KINDS } from '../domain/kinds.ts';
import { HOME_PATH } from '../domain/session.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { sendTeamMessage } from './send-message.ts';
import { addMember } from './team.ts';

/** Twice within this is once: somebody clicked twice. */
const PAUSE_MS = 60_000;

/** Whoever invites, and the language that the mail is in: nobody knows that of who is invited. */
interface From {
  readonly inviterId: string;
  readonly language: string;
}

/** Adds somebody to the team and mails them an invitation. Throws `conflict` where the address is on the team. */
export async function inviteMember(
  context: TeamActionContext,
  member: { readonly email: string; readonly role: Role },
  from: From,
): Promise<void> {
  const id = await addMember(context, member);
  await sendInvitation(context, id, from);
}

/**
 * Mails an invitation, with a new link; earlier ones open until they end. False: one was sent within the last minute. Throws
 * `not_found`, and `conflict` where they have joined.
 */
export async function sendInvitation(
  context: TeamActionContext,
  memberId: string,
  { inviterId, language }: From,
): Promise<boolean> {
  const { db, now } = context;
  await lockAdmins(db);
  const member = (await listTeamMembers(db)).find(({ id }) => id === memberId);
  if (!member) throw new AppError('not_found', 'There is no such member of the team.');
  if (member.joinedAt)
    throw new AppError('conflict', 'They have joined already: they ask for a link where they sign in.');
  if (member.invitation && now.getTime() - member.invitation.sentAt.getTime() < PAUSE_MS) return false;
  const expiresAt = MAIL_KINDS.invitation.deadline(now);
  const asked = { memberId, language, nextPath: HOME_PATH, invitedBy: inviterId };
  const id = await insertSignIn(db, { ...asked, requestedAt: now, expiresAt });
  const messageId = await sendTeamMessage(context, {
    ...{ eventId: null, kind: 'invitation', dedupeKey: id, to: member.email },
    ...{ about: { signIn: { id } }, expiresAt },
  });
  if (messageId) await setSignInMessage(db, id, messageId);
  await audit(context, 'member_invited', { detail: { memberId } });
  return true;
}
