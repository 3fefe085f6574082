import { type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import type { ToldEvent } from '../../db/delivery-event.ts';
import type { DeliveryEventType } from '../../domain/delivery/status.ts';
import { ourMessageId } from '../../domain/message-id.ts';
import { refusedEvent } from '../bounce-event.ts';
import type { ProviderWebhook, WebhookRequest } from '../provider.ts';
import { staleReason, toldAt, toldDetail, toldEvent, toldJson, toldText, withoutPersons } from '../told.ts';

/** What a message carries under this name comes back with all that SendGrid tells of it. */
export const CUSTOM_ARGUMENT = 'access_mail_message_id';

/** `key`: what verifies the signatures of the Event Webhook; null: it is not set up. */
export function createSendGridWebhook(key: KeyObject | null): ProviderWebhook {
  return {
    name: 'sendgrid',
    // A thousand events may come at once.
    maxBytes: 1024 * 1024,
    read(request, now) {
      const reason = refuseSignature(key, request, now);
      if (reason) return { type: 'unsigned', reason };
      const events = readSendGridEvents(request.body.toString(), now);
      return events
        ? { type: 'events', events }
        : { type: 'unreadable', reason: 'The body is not a JSON list of events.' };
    },
  };
}

/** twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features: ECDSA over time and body. */
function refuseSignature(key: KeyObject | null, { body, header }: WebhookRequest, now: Date): string | null {
  if (!key) return 'SENDGRID_WEBHOOK_KEY is not set.';
  const signature = header('x-twilio-email-event-webhook-signature');
  const timestamp = header('x-twilio-email-event-webhook-timestamp');
  if (!signature || !timestamp) return 'The headers with its signature and timestamp are missing.';
  const signedAt = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1_000 : Number.NaN;
  const stale = staleReason(signedAt, now);
  if (stale) return stale;
  const signed = Buffer.concat([Buffer.from(timestamp), body]);
  return verify('sha256', signed, key, Buffer.from(signature, 'base64')) ? null : 'Its signature is wrong.';
}

const text = z.string().catch('');
/** twilio.com/docs/sendgrid/for-developers/tracking-events/event */
const event = z.looseObject({
  event: z.string().min(1),
  timestamp: z.number().catch(Number.NaN),
  sg_event_id: z.string().min(1),
  sg_message_id: text,
  'smtp-id': text,
  [CUSTOM_ARGUMENT]: text,
  type: text,
  reason: text,
  response: text,
  status: text,
  bounce_classification: text,
});
type Told = z.infer<typeof event>;

/** Those of the list that can be read; null where it is no list. */
function readSendGridEvents(body: string, now: Date): ToldEvent[] | null {
  const json = toldJson(body);
  if (!Array.isArray(json)) return null;
  return json.flatMap((one) => {
    const parsed = event.safeParse(one);
    return parsed.success ? [toldBy(parsed.data, one, now)] : [];
  });
}

function toldBy(told: Told, json: unknown, now: Date): ToldEvent {
  const type = eventOf(told);
  return {
    source: 'sendgrid',
    sourceId: toldText(told.sg_event_id, 200),
    type: type ?? toldText(told.event, 100),
    messageId: ourMessageId(told[CUSTOM_ARGUMENT]) ?? ourMessageId(told['smtp-id']),
    // What follows the first dot differs from event to event.
    providerMessageId: toldText(told.sg_message_id.split('.')[0] ?? '', 200) || null,
    occurredAt: toldAt(told.timestamp * 1_000, now),
    detail: type
      ? toldDetail({
          ...{ diagnostic: told.reason, message: told.response },
          bounceType: [told.type, told.bounce_classification].filter(Boolean).join('/'),
        })
      : { payload: withoutPersons(json) },
  };
}

const EVENTS: Readonly<Record<string, DeliveryEventType>> = {
  processed: 'sent',
  delivered: 'delivered',
  deferred: 'deferred',
  open: 'opened',
  click: 'clicked',
  spamreport: 'complained',
};

function eventOf({ event: name, type, reason, status }: Told): DeliveryEventType | null {
  if (name === 'dropped')
    // SendGrid keeps lists of its own; what it finds wrong with the mail is not about the address.
    return /bounced|spam report|unsubscribed|invalid/i.test(reason) ? 'dropped' : 'failed';
  if (name === 'bounce')
    return refusedEvent({ words: reason, status: status || null, isPermanent: type !== 'blocked' });
  return toldEvent(EVENTS, name);
}
