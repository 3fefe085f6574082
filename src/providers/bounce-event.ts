import { meaningOf, refusalReason } from '../domain/delivery/refusal.ts';
import type { DeliveryEventType } from '../domain/delivery/status.ts';

interface Refused {
  /** What the recipient's server said; empty where that is not known. */
  readonly words: string;
  /** Its enhanced status code, like `5.1.1`; null where it is not told apart. */
  readonly status?: string | null;
  /** Whether the provider calls it permanent. */
  readonly isPermanent: boolean;
}

/**
 * What a refusal by the recipient's server means. Its words decide, where they are clear: providers call some addresses that do not
 * exist temporary. Else only a permanent one is a bounce to us: a passing one may be a full mailbox or an out-of-office reply.
 */
export function refusedEvent({ words, status = null, isPermanent }: Refused): DeliveryEventType {
  const reason = refusalReason({ status, words });
  if (reason !== 'unclear') return meaningOf(reason).reported;
  return isPermanent ? 'bounced' : 'soft_bounced';
}

/** A bounce in the words of Amazon SES, which are Resend's, too. */
export interface SesBounce {
  readonly type: string;
  readonly subType: string;
  /** What the recipient's server said; empty where that is not known. */
  readonly diagnostic: string;
}

export function sesBounceEvent({ type, subType, diagnostic }: SesBounce): DeliveryEventType {
  if (/suppress/i.test(`${type} ${subType}`)) return 'dropped';
  if (/full/i.test(subType)) return 'soft_bounced';
  const isPermanent = /^(?:permanent|hard)/i.test(type);
  if (/reject|toolarge/i.test(subType)) return isPermanent ? 'failed' : 'soft_bounced';
  return refusedEvent({ words: diagnostic, isPermanent });
}
