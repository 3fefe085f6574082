import { insertSession } from '../db/session.ts';
import {
  consumeSignIn,
  endInvitations,
  findSignIn,
  insertSignIn,
  listRequests,
  listSignInsOfBrowser,
  type SignIn,
} from '../db/sign-in.ts';
import { findTeamMember, noteJoined } from '../db/team-member.ts';
import { MAIL_KINDS } from '../domain/kinds.ts';
import { hashSessionToken, newSessionToken, SESSION_LIVES_MS } from '../domain/session.ts';
import { isSignInCode } from '../domain/signed-id.ts';
import { audit } from './audit.ts';
import type { ActionContext } from './context.ts';
import { sendTeamMessage } from './send-message.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Mails to one member, whoever asked; from then on one a pause. */
const MOST_AN_HOUR = 10;
const PAUSE_MS = 5 * MINUTE;

/** Mails a link that signs in whoever of the team has this address, if anybody. `dedupe key` makes a second run harmless. */
export async function sendSignInLink(
  context: ActionContext,
  request: {
    readonly addressHash: string;
    readonly language: string;
    readonly nextPath: string;
    readonly browserHash: string | null;
    readonly dedupeKey: string;
  },
): Promise<void> {
  const { db, now } = context;
  const member = await findTeamMember(db, { addressHash: request.addressHash });
  if (!member) return;
  const [latest, ...others] = await listRequests(db, member.id, new Date(now.getTime() - HOUR));
  // Somebody asks in the member's name, again and again: the links that were mailed work, and soon there is a new one.
  if (latest && others.length + 1 >= MOST_AN_HOUR && now.getTime() - latest.getTime() < PAUSE_MS) return;
  const { language, nextPath, browserHash, dedupeKey } = request;
  const expiresAt = MAIL_KINDS.sign_in.deadline(now);
  const asked = { memberId: member.id, language, nextPath, browserHash };
  const id = await insertSignIn(db, { ...asked, requestedAt: now, expiresAt });
  await sendTeamMessage(context, {
    ...{ eventId: null, kind: 'sign_in', dedupeKey, to: member.email, about: { signIn: { id } }, expiresAt },
  });
}

export interface SignedIn {
  /** For the browser's cookie; kept nowhere else. */
  readonly token: string;
  readonly expiresAt: Date;
  /** As it is kept: `openPath` says where it leads. */
  readonly nextPath: string;
}

/** What a session is opened for. */
interface NewSession {
  readonly memberId: string;
  readonly userAgent: string;
  /** How they came in. */
  readonly by: 'link' | 'code' | 'oidc' | 'invitation' | 'first_admin_code';
}

/** Uses a mailed link up, or its code, and opens a new session. Null: it was used, is too old, or its member has left. */
export async function redeemSignIn(
  context: Pick<ActionContext, 'db' | 'now'>,
  id: string,
  { userAgent, by }: Pick<NewSession, 'userAgent' | 'by'>,
): Promise<SignedIn | null> {
  const { db, now } = context;
  const signIn = await findSignIn(db, id);
  if (!signIn || !(await consumeSignIn(db, id, now))) return null;
  const { memberId, nextPath, invitedBy } = signIn;
  const entered = { memberId, userAgent, by: invitedBy ? 'invitation' : by } as const;
  return { ...(await openSession(context, entered)), nextPath };
}

/** The request of this browser whose six digits these are; null: none that works still. */
export async function findSignInByCode(
  { db, now }: Pick<ActionContext, 'db' | 'now'>,
  appSecret: string,
  { browserHash, code }: { readonly browserHash: string; readonly code: string },
): Promise<SignIn | null> {
  const asked = await listSignInsOfBrowser(db, browserHash, now);
  return asked.find(({ id }) => isSignInCode(appSecret, id, code)) ?? null;
}

/** Opens a session of the member in one browser. */
export async function openSession(
  { db, now }: Pick<ActionContext, 'db' | 'now'>,
  { memberId, userAgent, by }: NewSession,
): Promise<Pick<SignedIn, 'token' | 'expiresAt'>> {
  const token = newSessionToken();
  const expiresAt = new Date(now.getTime() + SESSION_LIVES_MS);
  await insertSession(db, { memberId, tokenHash: hashSessionToken(token), userAgent, now, expiresAt });
  if (await noteJoined(db, memberId, now)) await endInvitations(db, memberId, now);
  await audit({ db, now, actor: `team_member:${memberId}` }, 'signed_in', { detail: { by } });
  return { token, expiresAt };
}
