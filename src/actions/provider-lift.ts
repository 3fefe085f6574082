import { type ProviderLift, recordFailedLift } from '../db/provider-suppression.ts';
import { retryDelay } from '../domain/delivery/retry-policy.ts';
import { redact } from '../domain/redact.ts';
import { enqueue } from '../queue/boss.ts';
import { liftAtProvider } from '../queue/jobs.ts';
import { audit, MAIL_PROVIDER } from './audit.ts';
import type { ActionContext } from './context.ts';

/** A provider that cannot be asked for so long is not asked any more. */
const LONGEST_MS = 24 * 3_600_000;

/** The provider did not take the address off its list. `again`: it is asked again later; what was allowed here stays allowed. */
export async function failProviderLift(
  { db, boss, now }: ActionContext,
  lift: ProviderLift,
  { error, again, provider }: { readonly error: string; readonly again: boolean; readonly provider: string },
): Promise<void> {
  const { addressHash, address, askedAt } = lift;
  const attempts = lift.attempts + 1;
  const reason = redact(error, { addresses: [address], names: [] });
  const nextAt = new Date(now.getTime() + retryDelay(attempts, Math.random()));
  const isOver = !again || nextAt.getTime() - askedAt.getTime() > LONGEST_MS;
  const failure = { addressHash, askedAt, attempts, error: reason, failedAt: isOver ? now : null };
  if (!(await recordFailedLift(db, failure))) return;
  const job = { addressHash, askedAt: askedAt.toISOString() };
  if (!isOver) return enqueue(boss, db, liftAtProvider, job, { startAfter: nextAt });
  const detail = { addressHash, provider, reason };
  await audit({ db, now, actor: MAIL_PROVIDER }, 'suppression_not_lifted', { detail });
}
