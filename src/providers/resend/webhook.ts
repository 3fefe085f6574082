import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { ToldEvent } from '../../db/delivery-event.ts';
import type { ToldListing } from '../../db/provider-suppression.ts';
import type { DeliveryEventType } from '../../domain/delivery/status.ts';
import { sesBounceEvent } from '../bounce-event.ts';
import type { ProviderWebhook } from '../provider.ts';
import { toldAt, toldDetail, toldJson, toldText, withoutPersons } from '../told.ts';
import { resendEvent, resendListing } from './events.ts';

/** `secrets`: as Resend shows them; two while one is rotated, none where no webhook is set up. */
export function createResendWebhook(secrets: readonly string[]): ProviderWebhook {
  const keys = secrets.map(keyOf);
  return {
    name: 'resend',
    maxBytes: 256 * 1024,
    read({ body, header }, now) {
      // Resend signs through Svix, whose headers came before the standard's.
      const either = (name: string) => header(`svix-${name}`) ?? header(`webhook-${name}`);
      const id = either('id');
      const signed = { body, id, timestamp: either('timestamp'), signature: either('signature') };
      const reason = refuseSignature(keys, signed, now);
      if (reason !== null || !id) return { type: 'unsigned', reason: reason ?? 'It has no id.' };
      const json = toldJson(body.toString());
      const event = readResendWebhook(json, id, now);
      if (event) return { type: 'events', events: [event], listings: readListings(json, event.type, now) };
      return { type: 'unreadable', reason: 'The body is not JSON with a `type` and `data`.' };
    },
  };
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  // Anybody could sign with it.
  if (key.length === 0) throw new Error('A secret of Resend’s webhook is empty.');
  return key;
}

interface SignedRequest {
  readonly body: Buffer;
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
}

/** How old a signature may be, or how far ahead the other clock, in seconds (standardwebhooks.com). */
const TOLERANCE_SECONDS = 5 * 60;

/**
 * Why a request is not from Resend, or null when it is: signed with one of the secrets within five minutes of `now`
 * (while a secret is rotated, two sign). Not standardwebhooks', which goes by the machine's clock, signs in JavaScript and reads the body as
 * text first.
 */
function refuseSignature(
  keys: readonly Buffer[],
  { body, id, timestamp, signature }: SignedRequest,
  now: Date,
): string | null {
  if (!id || !timestamp || !signature)
    return 'The headers svix-id, svix-timestamp and svix-signature are missing.';
  if (keys.length === 0) return 'No secret is set that could verify it.';
  if (!/^\d{1,12}$/.test(timestamp)) return 'The timestamp is not a number of seconds.';
  const signedAt = Number(timestamp);
  const age = now.getTime() / 1000 - signedAt;
  if (age > TOLERANCE_SECONDS) return 'Its timestamp is too old.';
  if (age < -TOLERANCE_SECONDS) return 'Its timestamp lies ahead.';
  const given = signature.split(' ').map((one) => Buffer.from(one));
  const isSigned = keys.some((key) => {
    const hmac = createHmac('sha256', key).update(`${id}.${signedAt}.`).update(body);
    const right = Buffer.from(`v1,${hmac.digest('base64')}`);
    return given.some((one) => one.length === right.length && timingSafeEqual(one, right));
  });
  return isSigned ? null : 'None of its signatures is right.';
}

const text = z.string().catch('');
const texts = z.array(z.string()).catch([]);
const told = z.object({
  type: text,
  subType: text,
  reason: text,
  message: text,
  diagnosticCode: texts,
});

/** As lenient as can be: what we do not know today must not be lost. */
const webhook = z.object({
  type: z.string().min(1),
  created_at: text,
  data: z
    .object({
      email_id: text,
      tags: z.unknown().optional(),
      bounce: told.optional().catch(undefined),
      failed: told.optional().catch(undefined),
      suppressed: told.optional().catch(undefined),
    })
    .catch({ email_id: '', tags: null }),
});

/**
 * What a webhook tells (resend.com/docs/dashboard/webhooks/event-types), or null where it has no shape that we know.
 * `id`: the same on every repetition.
 */
export function readResendWebhook(json: unknown, id: string, now: Date): ToldEvent | null {
  const parsed = webhook.safeParse(json);
  if (!parsed.success) return null;
  const { type, created_at, data } = parsed.data;
  const fact = readFact(type, data);
  return {
    source: 'resend',
    sourceId: toldText(id, 200),
    type: fact ?? toldText(type, 100),
    messageId: readTag(data.tags, 'message_id'),
    eventId: readTag(data.tags, 'event_id'),
    providerMessageId: data.email_id ? toldText(data.email_id, 200) : null,
    occurredAt: toldAt(Date.parse(created_at), now),
    detail: fact ? readDetail(data) : { payload: withoutPersons(json) },
  };
}

const listing = z.looseObject({
  type: z.enum(['suppression.added', 'suppression.removed']),
  created_at: text,
  data: z.looseObject({ email: z.string().min(3).max(320), origin: text }),
});

/** What a webhook tells of Resend's suppression list (resend.com/docs/webhooks/suppressions/added): one address, or none. */
function readListings(json: unknown, named: string, now: Date): readonly ToldListing[] {
  if (!named.startsWith('suppression.')) return [];
  const parsed = listing.safeParse(json);
  if (!parsed.success) return [];
  const { type, created_at, data } = parsed.data;
  return [
    {
      provider: 'resend',
      email: data.email,
      listed: type === 'suppression.added',
      origin: resendListing(data.origin),
      at: toldAt(Date.parse(created_at), now),
    },
  ];
}

type Data = z.infer<typeof webhook>['data'];

function readFact(type: string, { bounce }: Data): DeliveryEventType | null {
  if (!type.startsWith('email.')) return null;
  if (type === 'email.bounced') {
    // Without a reason it is not certain that the address is to blame.
    if (!bounce) return 'failed';
    return sesBounceEvent({ ...bounce, diagnostic: bounce.diagnosticCode.join(' ') });
  }
  return resendEvent(type.slice('email.'.length));
}

// Built once: this runs for every webhook.
const tagPairs = z.array(z.looseObject({ name: z.string(), value: z.string() }));
const tagObject = z.record(z.string(), z.unknown());
const uuid = z.uuid();

/** Resend documents an object; some of its own programs expect a list of pairs. */
function readTag(tags: unknown, wanted: 'message_id' | 'event_id'): string | null {
  const value = Array.isArray(tags)
    ? tagPairs.safeParse(tags).data?.find(({ name }) => name === wanted)?.value
    : tagObject.safeParse(tags).data?.[wanted];
  return uuid.safeParse(value).data?.toLowerCase() ?? null;
}

function readDetail({ bounce, failed, suppressed }: Data): Record<string, string> {
  const about = bounce ?? suppressed ?? failed;
  if (!about) return {};
  return toldDetail({
    diagnostic: about.diagnosticCode.join(' '),
    message: about.message,
    reason: about.reason,
    bounceType: [about.type, about.subType].filter(Boolean).join('/'),
  });
}
