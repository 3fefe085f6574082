import { recordAudit } from '../db/audit.ts';
import { liftSuppressions } from '../db/suppression.ts';
import { addressHash, normalizeAddress } from '../domain/address.ts';
import { AppError } from '../domain/errors.ts';
import type { TeamActionContext } from './context.ts';

/** Lets an address get mail again, whatever it was suppressed for. Throws `not_found`. */
export async function liftSuppression({ db, now, actor }: TeamActionContext, email: string): Promise<void> {
  const hash = addressHash(normalizeAddress(email) ?? email);
  const lifted = await liftSuppressions(db, hash, actor, now);
  if (lifted === 0) throw new AppError('not_found', 'This address is not suppressed.');
  await recordAudit(db, {
    at: now,
    actor,
    action: 'suppression_lifted',
    eventId: null,
    registrantId: null,
    detail: { addressHash: hash, entries: String(lifted) },
  });
}
