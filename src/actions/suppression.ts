import { findProviderLift, insertProviderLift } from '../db/provider-suppression.ts';
import { liftSuppressions } from '../db/suppression.ts';
import { addressHash, normalizeAddress } from '../domain/address.ts';
import { AppError } from '../domain/errors.ts';
import { mayBeListed } from '../domain/suppression.ts';
import { enqueue } from '../queue/boss.ts';
import { liftAtProvider } from '../queue/jobs.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';

/**
 * Lets an address get mail again, whatever it was suppressed for. A worker asks the provider to do the same, where that keeps a list of its
 * own; where the provider refused before, it is asked again. Throws `not_found`.
 */
export async function liftSuppression(context: TeamActionContext, email: string): Promise<void> {
  const { db, boss, now, actor } = context;
  const address = normalizeAddress(email) ?? email;
  const hash = addressHash(address);
  const lifted = await liftSuppressions(db, hash, actor, now);
  const wasRefused = (await findProviderLift(db, hash))?.error != null;
  if (lifted.length === 0 && !wasRefused) throw new AppError('not_found', 'This address is not suppressed.');
  if (wasRefused || lifted.some(mayBeListed)) {
    await insertProviderLift(db, { addressHash: hash, address, askedAt: now, askedBy: actor });
    await enqueue(boss, db, liftAtProvider, { addressHash: hash, askedAt: now.toISOString() });
  }
  const detail = { addressHash: hash, entries: String(lifted.length) };
  await audit(context, 'suppression_lifted', { detail });
}
