import { type AuditEntry, recordAudit } from '../db/audit.ts';
import type { TeamActionContext } from './context.ts';

/** Whoever is not signed in: what visitors did, and what we did because of it. */
export const VISITOR = 'visitor';

/** Registrants on their own page. */
export const REGISTRANT = 'registrant';

/** Whoever vouches for people who are new on the team. */
export const IDENTITY_PROVIDER = 'identity_provider';

/** Whoever sends our mails, of what it keeps itself. */
export const MAIL_PROVIDER = 'mail_provider';

/** Notes what the team does, in the transaction in which it does it. No address and no name in `detail`. */
export async function audit(
  { db, now, actor }: Pick<TeamActionContext, 'db' | 'now' | 'actor'>,
  action: AuditEntry['action'],
  about: Partial<Pick<AuditEntry, 'eventId' | 'registrantId' | 'detail'>> = {},
): Promise<void> {
  await recordAudit(db, { at: now, actor, action, eventId: null, registrantId: null, detail: {}, ...about });
}
