import { meaningOf, refusalReason } from '../../domain/delivery/refusal.ts';
import type { DeliveryEventType } from '../../domain/delivery/status.ts';

// What Resend calls things (resend.com/docs/dashboard/webhooks/event-types), in webhooks after `email.`, and alone as
// `last_event` of a mail that is looked up.
const FACTS: Readonly<Record<string, DeliveryEventType>> = {
  sent: 'sent',
  delivered: 'delivered',
  delivery_delayed: 'deferred',
  opened: 'opened',
  clicked: 'clicked',
  failed: 'failed',
  suppressed: 'dropped',
  bounced: 'bounced',
  complained: 'complained',
};

/** The fact behind a name of Resend's; null where it is none (`queued`, `scheduled`, and what may come). */
export function resendEvent(name: string): DeliveryEventType | null {
  return Object.hasOwn(FACTS, name) ? (FACTS[name] ?? null) : null;
}

export interface ResendBounce {
  readonly type: string;
  readonly subType: string;
  /** What the recipient's server said; empty where that is not known. */
  readonly diagnostic: string;
}

/**
 * What a bounce means. What the recipient's server said decides, where it is known and clear: Resend says `Transient` of
 * some addresses that do not exist. Else only a permanent one about the address is a bounce to us: a transient one may
 * be a full mailbox or an out-of-office reply.
 */
export function bounceEvent({ type, subType, diagnostic }: ResendBounce): DeliveryEventType {
  if (/suppress/i.test(`${type} ${subType}`)) return 'dropped';
  if (/full/i.test(subType)) return 'soft_bounced';
  const isPermanent = /^(?:permanent|hard)/i.test(type);
  if (/reject|toolarge/i.test(subType)) return isPermanent ? 'failed' : 'soft_bounced';
  const reason = refusalReason({ status: null, words: diagnostic });
  if (reason !== 'unclear') return meaningOf(reason).reported;
  return isPermanent ? 'bounced' : 'soft_bounced';
}
