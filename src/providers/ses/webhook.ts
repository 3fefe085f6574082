import MessageValidator from 'sns-validator';
import { z } from 'zod';
import type { ToldEvent } from '../../db/delivery-event.ts';
import type { DeliveryEventType } from '../../domain/delivery/status.ts';
import { ourMessageId } from '../../domain/message-id.ts';
import { sesBounceEvent } from '../bounce-event.ts';
import type { ProviderWebhook, WebhookResult } from '../provider.ts';
import { staleReason, toldAt, toldDetail, toldEvent, toldJson, toldText, withoutPersons } from '../told.ts';

const text = z.string().catch('');

/** What Amazon SNS posts (docs.aws.amazon.com/sns/latest/dg/http-subscription-confirmation-json.html). */
const envelope = z.looseObject({
  Type: z.string(),
  MessageId: z.string().min(1),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
  SubscribeURL: text,
});
type Envelope = z.infer<typeof envelope>;

export interface SesOptions {
  /** Only what comes over one of these counts; none: SES is not set up. */
  readonly topicArns: readonly string[];
  /** Confirms a subscription; left out: over the network. */
  readonly visit?: (url: URL) => Promise<boolean>;
}

/** How long certificates and confirmations may take. */
const PATIENCE_MS = 10_000;

/**
 * What Amazon SES tells by Amazon SNS (docs.aws.amazon.com/ses/latest/dg/notification-contents.html, and of event publishing): signed by SNS
 * and of a topic of ours. A subscription of such a topic is confirmed, so that setting it up needs nobody.
 */
export function createSesWebhook({ topicArns, visit = visitAddress }: SesOptions): ProviderWebhook {
  const validator = new MessageValidator();
  return {
    name: 'ses',
    // SNS takes 256 KiB, which JSON in JSON makes longer.
    maxBytes: 512 * 1024,
    async read({ body }, now) {
      const json = toldJson(body.toString());
      const message = envelope.safeParse(json);
      if (!message.success || typeof json !== 'object' || json === null)
        return { type: 'unsigned', reason: 'The body is no message of Amazon SNS.' };
      const { data } = message;
      if (topicArns.length === 0) return { type: 'unsigned', reason: 'SES_TOPIC_ARNS names no topic.' };
      // Before anything is asked of anybody: everybody may have topics of their own.
      if (!topicArns.includes(data.TopicArn))
        return { type: 'unsigned', reason: 'Its topic is none of SES_TOPIC_ARNS.' };
      const stale = staleReason(Date.parse(data.Timestamp), now);
      if (stale) return { type: 'unsigned', reason: stale };
      const refusal = await refuseSignature(validator, json);
      if (refusal) return refusal;
      if (data.Type === 'SubscriptionConfirmation') return confirm(data, visit);
      const event = readSesMessage(data, now);
      return event
        ? { type: 'events', events: [event] }
        : { type: 'unreadable', reason: 'Its message is no notification of Amazon SES.' };
    },
  };
}

/** Null: SNS signed it. */
function refuseSignature(validator: MessageValidator, message: object): Promise<WebhookResult | null> {
  return new Promise((resolve) => {
    const later = (reason: string) => resolve({ type: 'later', reason });
    const timer = setTimeout(() => later('The certificate of Amazon SNS did not come in time.'), PATIENCE_MS);
    validator.validate(message, (error) => {
      clearTimeout(timer);
      if (!error) return resolve(null);
      // The library's own words; anything else went wrong on the way to the certificate.
      const isRefused = /signature|required keys|invalid domain/i.test(error.message);
      if (isRefused) resolve({ type: 'unsigned', reason: error.message });
      else later(`The certificate of Amazon SNS could not be read: ${toldText(error.message, 200)}`);
    });
  });
}

async function confirm(
  { SubscribeURL }: Envelope,
  visit: (url: URL) => Promise<boolean>,
): Promise<WebhookResult> {
  const url = URL.parse(SubscribeURL);
  if (url?.protocol !== 'https:' || !/^sns\.[a-z0-9-]{3,}\.amazonaws\.com(?:\.cn)?$/.test(url.host))
    return { type: 'unsigned', reason: 'Its SubscribeURL does not lead to Amazon SNS.' };
  if (await visit(url)) return { type: 'events', events: [] };
  return { type: 'later', reason: 'Amazon SNS did not take the confirmation of its subscription.' };
}

async function visitAddress(url: URL): Promise<boolean> {
  try {
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

const recipients = z.array(z.looseObject({ diagnosticCode: text, status: text })).catch([]);
const notification = z.looseObject({
  // Of notifications about an identity, and of event publishing.
  notificationType: text,
  eventType: text,
  mail: z.looseObject({
    messageId: text,
    timestamp: text,
    headers: z.array(z.looseObject({ name: z.string(), value: z.string() })).catch([]),
    commonHeaders: z.looseObject({ messageId: text }).optional().catch(undefined),
  }),
  bounce: z
    .looseObject({ bounceType: text, bounceSubType: text, bouncedRecipients: recipients, timestamp: text })
    .optional()
    .catch(undefined),
  complaint: z
    .looseObject({ complaintFeedbackType: text, complaintSubType: text, timestamp: text })
    .optional()
    .catch(undefined),
  delivery: z.looseObject({ timestamp: text, smtpResponse: text }).optional().catch(undefined),
  deliveryDelay: z
    .looseObject({ timestamp: text, delayType: text, delayedRecipients: recipients })
    .optional()
    .catch(undefined),
  reject: z.looseObject({ reason: text }).optional().catch(undefined),
  failure: z.looseObject({ errorMessage: text }).optional().catch(undefined),
  open: z.looseObject({ timestamp: text }).optional().catch(undefined),
  click: z.looseObject({ timestamp: text }).optional().catch(undefined),
});
type Notification = z.infer<typeof notification>;

/** What an SNS message of SES tells; null where it is none. SES puts an id of its own in the Message-ID: ours stands in another header. */
function readSesMessage({ MessageId, Message }: Envelope, now: Date): ToldEvent | null {
  const json = toldJson(Message);
  const parsed = notification.safeParse(json);
  if (!parsed.success) return null;
  const { data } = parsed;
  const { mail, bounce, complaint, delivery, deliveryDelay, open, click } = data;
  const kind = data.eventType || data.notificationType;
  const type = eventOf(kind, data);
  const header = (wanted: string) =>
    mail.headers.find(({ name }) => name.toLowerCase() === wanted)?.value ?? '';
  const about = bounce ?? complaint ?? delivery ?? deliveryDelay ?? open ?? click;
  return {
    source: 'ses',
    sourceId: toldText(MessageId, 200),
    type: type ?? toldText(kind || 'unnamed', 100),
    messageId:
      ourMessageId(header('x-entity-ref-id')) ??
      ourMessageId(header('message-id')) ??
      ourMessageId(mail.commonHeaders?.messageId ?? ''),
    providerMessageId: mail.messageId ? toldText(mail.messageId, 200) : null,
    occurredAt: toldAt(Date.parse(about?.timestamp || mail.timestamp), now),
    detail: type ? detailOf(data) : { payload: withoutPersons(json) },
  };
}

const EVENTS: Readonly<Record<string, DeliveryEventType>> = {
  Send: 'sent',
  Delivery: 'delivered',
  DeliveryDelay: 'deferred',
  Open: 'opened',
  Click: 'clicked',
  // A virus, or a template of SES's: nothing that the address is to blame for.
  Reject: 'failed',
  'Rendering Failure': 'failed',
};

function eventOf(kind: string, { bounce, complaint }: Notification): DeliveryEventType | null {
  if (kind === 'Bounce')
    return bounce
      ? sesBounceEvent({
          ...{ type: bounce.bounceType, subType: bounce.bounceSubType },
          diagnostic: diagnosticOf(bounce.bouncedRecipients),
        })
      : 'failed';
  if (kind === 'Complaint') {
    if (/suppress/i.test(complaint?.complaintSubType ?? '')) return 'dropped';
    // Somebody took it out of the spam folder.
    return complaint?.complaintFeedbackType === 'not-spam' ? null : 'complained';
  }
  return toldEvent(EVENTS, kind);
}

function detailOf({ bounce, complaint, delivery, deliveryDelay, reject, failure }: Notification) {
  return toldDetail({
    diagnostic: diagnosticOf(bounce?.bouncedRecipients ?? deliveryDelay?.delayedRecipients ?? []),
    message: delivery?.smtpResponse ?? failure?.errorMessage ?? '',
    reason: reject?.reason ?? complaint?.complaintFeedbackType ?? deliveryDelay?.delayType ?? '',
    bounceType: [bounce?.bounceType, bounce?.bounceSubType].filter(Boolean).join('/'),
  });
}

function diagnosticOf(all: z.infer<typeof recipients>): string {
  return all.map(({ diagnosticCode, status }) => diagnosticCode || status).join(' ');
}
