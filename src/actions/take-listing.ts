import { type Db, type Pool, transaction } from '../db/pool.ts';
import {
  deleteProviderLift,
  type ListingOrigin,
  liftListed,
  recordListing,
  suppressListed,
  type ToldListing,
} from '../db/provider-suppression.ts';
import { addressHash, normalizeAddress } from '../domain/address.ts';
import { deliveryEvent } from '../domain/delivery/status.ts';
import { audit, MAIL_PROVIDER } from './audit.ts';

/**
 * Takes in that an address came onto a provider's own suppression list, or left it. The newest of what is told counts, in whatever order
 * it comes and however often. Nothing is asked of the provider for it.
 */
export async function takeListing(
  { pool, now }: { readonly pool: Pool; readonly now: Date },
  told: ToldListing,
): Promise<void> {
  const email = normalizeAddress(told.email);
  if (email === null) return;
  const listing = { ...told, email, addressHash: addressHash(email) };
  await transaction(pool, async (db) => {
    if (!(await recordListing(db, listing))) return;
    if (told.listed) await suppressListed(db, { ...listing, ...suppressedFor(told.origin) });
    else await lift(db, listing, now);
  });
}

/** What an address is suppressed for here that is on a list for this: the same as where a mail to it ended so. */
function suppressedFor(origin: ListingOrigin) {
  const { suppresses } = deliveryEvent(origin);
  if (!suppresses) throw new Error(`Nothing is suppressed for ${origin}.`);
  return suppresses;
}

async function lift(db: Db, listing: ToldListing & { readonly addressHash: string }, now: Date) {
  const { addressHash: hash, provider, origin } = listing;
  // Mails that the provider did not attempt were blocked by the entry that is gone now.
  const types = [...new Set([origin, 'dropped' as const])].map((type) => ({
    type,
    reason: suppressedFor(type).reason,
  }));
  await deleteProviderLift(db, hash);
  const lifted = await liftListed(db, { ...listing, types }, MAIL_PROVIDER, now);
  if (lifted === 0) return;
  const detail = { addressHash: hash, entries: String(lifted), provider };
  await audit({ db, now, actor: MAIL_PROVIDER }, 'suppression_lifted', { detail });
}
