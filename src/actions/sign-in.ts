import { insertSession } from '../db/session.ts';
import { consumeSignIn, findSignIn, insertSignIn } from '../db/sign-in.ts';
import { findTeamMember } from '../db/team-member.ts';
import { MAIL_KINDS } from '../domain/kinds.ts';
import { hashSessionToken, newSessionToken, SESSION_LIVES_MS } from '../domain/session.ts';
import { audit } from './audit.ts';
import type { ActionContext } from './context.ts';
import { sendTeamMessage } from './send-message.ts';

/** Mails a link that signs in whoever of the team has this address, if anybody. `dedupe key` makes a second run harmless. */
export async function sendSignInLink(
  context: ActionContext,
  request: {
    readonly addressHash: string;
    readonly language: string;
    readonly nextPath: string;
    readonly dedupeKey: string;
  },
): Promise<void> {
  const { db, now } = context;
  const member = await findTeamMember(db, { addressHash: request.addressHash });
  if (!member) return;
  const { language, nextPath, dedupeKey } = request;
  const expiresAt = MAIL_KINDS.sign_in.deadline(now);
  const id = await insertSignIn(db, { memberId: member.id, language, nextPath, requestedAt: now, expiresAt });
  await sendTeamMessage(context, {
    ...{ eventId: null, kind: 'sign_in', dedupeKey, to: member.email, about: { signIn: { id } }, expiresAt },
  });
}

export interface SignedIn {
  /** For the browser's cookie; kept nowhere else. */
  readonly token: string;
  readonly expiresAt: Date;
  readonly nextPath: string;
}

/** Uses a mailed link up and opens a new session. Null: it was used, is too old, or its member has left. */
export async function redeemSignIn(
  { db, now }: Pick<ActionContext, 'db' | 'now'>,
  id: string,
  userAgent: string,
): Promise<SignedIn | null> {
  const signIn = await findSignIn(db, id);
  if (!signIn || !(await consumeSignIn(db, id, now))) return null;
  const { memberId, nextPath } = signIn;
  const token = newSessionToken();
  const expiresAt = new Date(now.getTime() + SESSION_LIVES_MS);
  await insertSession(db, { memberId, tokenHash: hashSessionToken(token), userAgent, now, expiresAt });
  await audit({ db, now, actor: `team_member:${memberId}` }, 'signed_in');
  return { token, expiresAt, nextPath };
}
