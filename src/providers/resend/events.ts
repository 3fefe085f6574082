import type { ListingOrigin } from '../../db/provider-suppression.ts';
import type { DeliveryEventType } from '../../domain/delivery/status.ts';
import { toldEvent } from '../told.ts';

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
  return toldEvent(FACTS, name);
}

/** Why an address is on Resend's suppression list. One that we do not know, and `manual`: not for what became of a mail. */
export function resendListing(origin: string): ListingOrigin {
  if (origin === 'bounce') return 'bounced';
  return origin === 'complaint' ? 'complained' : 'dropped';
}

/** Without these nobody here learns what becomes of a mail, or of an address. */
export const WANTED_EVENTS: readonly string[] = [
  ...Object.keys(FACTS)
    .filter((name) => !['sent', 'opened', 'clicked'].includes(name))
    .map((name) => `email.${name}`),
  ...['suppression.added', 'suppression.removed'],
];
