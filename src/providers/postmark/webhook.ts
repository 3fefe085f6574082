import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { ToldEvent } from '../../db/delivery-event.ts';
import type { DeliveryEventType } from '../../domain/delivery/status.ts';
import { ourMessageId } from '../../domain/message-id.ts';
import type { ProviderWebhook } from '../provider.ts';
import { toldAt, toldDetail, toldJson, toldText, withoutPersons } from '../told.ts';
import { bounceEvent, recordEvent } from './events.ts';

/** What Postmark keeps of a message under this name comes back with all that it tells of it. */
export const METADATA = 'message_id';

/** `credentials`: user and password in the webhook's address at Postmark, which signs nothing; null: it is not set up. */
export function createPostmarkWebhook(
  credentials: { readonly user: string; readonly password: string } | null,
): ProviderWebhook {
  const expected = credentials && digest(`${credentials.user}:${credentials.password}`);
  return {
    name: 'postmark',
    maxBytes: 256 * 1024,
    read({ body, header }, now) {
      if (!expected)
        return {
          type: 'unsigned',
          reason: 'POSTMARK_WEBHOOK_USER and POSTMARK_WEBHOOK_PASSWORD are not set.',
        };
      const [, given = ''] = /^basic\s+(\S+)$/i.exec(header('authorization') ?? '') ?? [];
      if (!timingSafeEqual(digest(Buffer.from(given, 'base64').toString()), expected))
        return { type: 'unsigned', reason: 'The user name or the password is wrong.' };
      const event = readPostmarkWebhook(body.toString(), now);
      return event
        ? { type: 'events', events: [event] }
        : { type: 'unreadable', reason: 'The body is not JSON with a `RecordType`.' };
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const text = z.string().catch('');
/** postmarkapp.com/developer/webhooks/webhooks-overview */
const webhook = z.looseObject({
  RecordType: z.string().min(1),
  ID: z.union([z.string(), z.number()]).optional().catch(undefined),
  MessageID: text,
  Type: text,
  Description: text,
  Details: text,
  BouncedAt: text,
  DeliveredAt: text,
  ReceivedAt: text,
  ChangedAt: text,
  Metadata: z.record(z.string(), z.unknown()).catch({}),
});
type Told = z.infer<typeof webhook>;
const uuid = z.uuid();

function readPostmarkWebhook(body: string, now: Date): ToldEvent | null {
  const json = toldJson(body);
  const parsed = webhook.safeParse(json);
  if (!parsed.success) return null;
  const told = parsed.data;
  const { RecordType, ID, MessageID, Metadata } = told;
  const at = told.BouncedAt || told.DeliveredAt || told.ReceivedAt || told.ChangedAt;
  const type = eventOf(told);
  return {
    source: 'postmark',
    // It numbers bounces alone: the same mail is opened at another time.
    sourceId: toldText([RecordType, ID ?? MessageID, at].join(' '), 200),
    type: type ?? toldText([RecordType, told.Type].filter(Boolean).join(' '), 100),
    messageId: ourMessageId(String(Metadata[METADATA] ?? '')),
    eventId: uuid.safeParse(Metadata.event_id).data ?? null,
    providerMessageId: MessageID ? toldText(MessageID, 200) : null,
    occurredAt: toldAt(Date.parse(at), now),
    detail: type
      ? toldDetail({ diagnostic: told.Details, message: told.Description, bounceType: told.Type })
      : { payload: withoutPersons(json) },
  };
}

function eventOf({ RecordType, Type, Details, Description }: Told): DeliveryEventType | null {
  return RecordType === 'Bounce' ? bounceEvent(Type, Details || Description) : recordEvent(RecordType);
}
