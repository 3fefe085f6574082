import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { ToldEvent } from '../../db/delivery-event.ts';
import type { DeliveryEventType } from '../../domain/delivery/status.ts';
import { ourMessageId } from '../../domain/message-id.ts';
import { refusedEvent } from '../bounce-event.ts';
import type { ProviderWebhook } from '../provider.ts';
import { staleReason, toldAt, toldDetail, toldEvent, toldJson, toldText, withoutPersons } from '../told.ts';

const text = z.string().catch('');

/** documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks */
const signed = z.looseObject({
  signature: z.looseObject({ timestamp: z.string(), token: z.string(), signature: z.string() }),
  'event-data': z.looseObject({}),
});

/** `key`: the HTTP webhook signing key; null: it is not set up. */
export function createMailgunWebhook(key: string | null): ProviderWebhook {
  return {
    name: 'mailgun',
    maxBytes: 256 * 1024,
    read({ body }, now) {
      if (!key) return { type: 'unsigned', reason: 'MAILGUN_SIGNING_KEY is not set.' };
      const request = signed.safeParse(toldJson(body.toString()));
      if (!request.success) return { type: 'unsigned', reason: 'The body has no signature of Mailgun.' };
      const { signature, 'event-data': data } = request.data;
      const { timestamp, token } = signature;
      const stale = staleReason(/^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1_000 : Number.NaN, now);
      if (stale) return { type: 'unsigned', reason: stale };
      const right = createHmac('sha256', key).update(`${timestamp}${token}`).digest();
      const given = Buffer.from(signature.signature, 'hex');
      if (given.length !== right.length || !timingSafeEqual(given, right))
        return { type: 'unsigned', reason: 'Its signature is wrong.' };
      const event = readMailgunEvent(data, now);
      return event
        ? { type: 'events', events: [event] }
        : { type: 'unreadable', reason: 'Its event has no name or no id.' };
    },
  };
}

/** documentation.mailgun.com/docs/mailgun/user-manual/events/events */
const event = z.looseObject({
  event: z.string().min(1),
  id: z.string().min(1),
  timestamp: z.number().catch(Number.NaN),
  severity: text,
  reason: text,
  message: z
    .looseObject({ headers: z.looseObject({ 'message-id': text }).catch({ 'message-id': '' }) })
    .catch({
      headers: { 'message-id': '' },
    }),
  'delivery-status': z
    .looseObject({ message: text, description: text, 'enhanced-code': text })
    .catch({ message: '', description: '', 'enhanced-code': '' }),
});
type Told = z.infer<typeof event>;

function readMailgunEvent(json: object, now: Date): ToldEvent | null {
  const parsed = event.safeParse(json);
  if (!parsed.success) return null;
  const told = parsed.data;
  const id = told.message.headers['message-id'];
  const type = eventOf(told);
  return {
    source: 'mailgun',
    sourceId: toldText(told.id, 200),
    type: type ?? toldText(told.event, 100),
    messageId: ourMessageId(id),
    providerMessageId: id ? toldText(id, 200) : null,
    occurredAt: toldAt(told.timestamp * 1_000, now),
    detail: type
      ? toldDetail({
          ...{ diagnostic: wordsOf(told), reason: told.reason },
          bounceType: [told.severity, told.reason].filter(Boolean).join('/'),
        })
      : { payload: withoutPersons(json) },
  };
}

const EVENTS: Readonly<Record<string, DeliveryEventType>> = {
  accepted: 'sent',
  delivered: 'delivered',
  opened: 'opened',
  clicked: 'clicked',
  complained: 'complained',
  rejected: 'failed',
};

function eventOf(told: Told): DeliveryEventType | null {
  const { event: name, severity, reason } = told;
  if (name !== 'failed') return toldEvent(EVENTS, name);
  // Mailgun's own lists.
  if (/^suppress/i.test(reason)) return 'dropped';
  if (severity === 'temporary') return 'deferred';
  const status = told['delivery-status']['enhanced-code'] || null;
  return refusedEvent({ words: wordsOf(told), status, isPermanent: reason === 'bounce' });
}

function wordsOf({ 'delivery-status': { message, description } }: Told): string {
  return message || description;
}
