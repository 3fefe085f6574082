import { revokeSessions } from '../db/session.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';

/** Signs a member out of one of their browsers, or of all but one; returns of how many. */
export async function endSessions(
  context: Pick<TeamActionContext, 'db' | 'now' | 'actor'>,
  memberId: string,
  which: { readonly id: string } | { readonly allBut: string },
): Promise<number> {
  const ended = await revokeSessions(context.db, memberId, which, context.now);
  if (ended > 0) await audit(context, 'sessions_ended', { detail: { count: String(ended) } });
  return ended;
}
