import { liftSuppressions } from '../db/suppression.ts';
import { addressHash, normalizeAddress } from '../domain/address.ts';
import { AppError } from '../domain/errors.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';

/** Lets an address get mail again, whatever it was suppressed for. Throws `not_found`. */
export async function liftSuppression(context: TeamActionContext, email: string): Promise<void> {
  const { db, now, actor } = context;
  const hash = addressHash(normalizeAddress(email) ?? email);
  const lifted = await liftSuppressions(db, hash, actor, now);
  if (lifted === 0) throw new AppError('not_found', 'This address is not suppressed.');
  const detail = { addressHash: hash, entries: String(lifted) };
  await audit(context, 'suppression_lifted', { detail });
}
