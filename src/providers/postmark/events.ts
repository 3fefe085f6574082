import { z } from 'zod';
import { type DeliveryEventType, rankOf } from '../../domain/delivery/status.ts';
import { refusedEvent } from '../bounce-event.ts';
import { toldEvent } from '../told.ts';

// What Postmark calls things: in webhooks as `RecordType`, and in what it tells of a mail that is looked up.

/** postmarkapp.com/developer/webhooks/webhooks-overview */
const RECORDS: Readonly<Record<string, DeliveryEventType>> = {
  Delivery: 'delivered',
  Open: 'opened',
  Click: 'clicked',
  SpamComplaint: 'complained',
};

/** `MessageEvents` of postmarkapp.com/developer/api/messages-api#outbound-message-details */
const MESSAGE_EVENTS: Readonly<Record<string, DeliveryEventType>> = {
  Delivered: 'delivered',
  Transient: 'deferred',
  Opened: 'opened',
  LinkClicked: 'clicked',
};

/** postmarkapp.com/developer/api/bounce-api#bounce-types. What is no answer of the recipient's mail server is missing, and kept only. */
const BOUNCES: Readonly<Record<string, DeliveryEventType | 'permanent' | 'passing'>> = {
  ...{ HardBounce: 'permanent', BadEmailAddress: 'bounced', AddressChange: 'soft_bounced' },
  ...{ SoftBounce: 'passing', Transient: 'deferred', DnsError: 'passing', Undetermined: 'passing' },
  // Postmark itself sends the address nothing more.
  ManuallyDeactivated: 'dropped',
  SpamComplaint: 'complained',
  // The address is not to blame.
  ...{ SpamNotification: 'failed', Blocked: 'failed', VirusNotification: 'failed', DMARCPolicy: 'failed' },
  ...{ SMTPApiError: 'failed', TemplateRenderingFailed: 'failed', Unconfirmed: 'failed' },
};

/** What a webhook's record that is no bounce means; null: nothing that we count. */
export function recordEvent(recordType: string): DeliveryEventType | null {
  return toldEvent(RECORDS, recordType);
}

/** What a bounce means, by its type and the words of the recipient's server; null: nothing that we count. */
export function bounceEvent(type: string, words: string): DeliveryEventType | null {
  const meaning = Object.hasOwn(BOUNCES, type) ? BOUNCES[type] : undefined;
  if (meaning !== 'permanent' && meaning !== 'passing') return meaning ?? null;
  return refusedEvent({ words, isPermanent: meaning === 'permanent' });
}

/** A mail as Postmark tells of it. */
export const messageDetails = z.looseObject({
  MessageID: z.string().min(1),
  MessageEvents: z.array(
    z.looseObject({
      Type: z.string(),
      Details: z
        .looseObject({ BounceID: z.union([z.string(), z.number()]).optional().catch(undefined) })
        .catch({}),
    }),
  ),
});
type MessageEvents = z.infer<typeof messageDetails>['MessageEvents'];

/** The bounces that a mail's events name. */
export function bouncesIn(events: MessageEvents): readonly string[] {
  return events.flatMap(({ Type, Details }) =>
    Type === 'Bounced' && Details.BounceID !== undefined ? [String(Details.BounceID)] : [],
  );
}

/** The highest-ranked of a mail's events, its bounces among them; it was sent where there is none. */
export function highestEvent(
  events: MessageEvents,
  bounces: readonly (DeliveryEventType | null)[],
): DeliveryEventType {
  const known = [...events.map(({ Type }) => toldEvent(MESSAGE_EVENTS, Type)), ...bounces];
  return known.reduce<DeliveryEventType>(
    (highest, one) => (one && rankOf(one) > rankOf(highest) ? one : highest),
    'sent',
  );
}
