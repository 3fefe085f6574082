import {
  type BreakerKey,
  type Bridge,
  closeBreakers,
  type OpenBreaker,
  openBreaker,
} from '../db/circuit-breaker.ts';
import { audit } from './audit.ts';
import type { ActionContext } from './context.ts';

/** A worker that sends mails. */
const DELIVERY = 'delivery';

type FailoverContext = Pick<ActionContext, 'db' | 'now'>;

/**
 * Keeps the circuit breaker of an account open. Whether that is news of mails that go by the second transport from now on: it stands in the
 * audit log, and `findFailover` tells it to whoever warns people, until `failBack`.
 */
export async function failOver(
  { db, now }: FailoverContext,
  provider: string,
  breaker: Omit<OpenBreaker, 'isProbing'>,
  bridge: Bridge,
): Promise<boolean> {
  const isNews = await openBreaker(db, provider, breaker, bridge);
  const { fallback } = bridge;
  if (!isNews || !fallback) return false;
  const detail = { from: provider, to: fallback, reason: breaker.reason };
  await audit({ db, now, actor: DELIVERY }, 'sending_failed_over', { detail });
  return true;
}

/** Closes circuit breakers. Returns the transport that had taken the mails meanwhile; null: none had. */
export async function failBack(
  { db, now }: FailoverContext,
  provider: string,
  closed: readonly BreakerKey[],
): Promise<string | null> {
  const left = await closeBreakers(db, provider, closed, now);
  if (left)
    await audit({ db, now, actor: DELIVERY }, 'sending_failed_back', {
      detail: { from: left, to: provider },
    });
  return left;
}
