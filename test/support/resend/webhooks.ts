import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type AcceptedMail, type LastEvent, mailTime } from './read-back.ts';

/** `email.` and one of these: https://resend.com/docs/dashboard/webhooks/event-types. */
export type EmailEventType = `email.${Exclude<LastEvent, 'queued' | 'canceled'>}`;

/** The envelope of every event. Types are open: clients must cope with those of tomorrow too. */
export interface WebhookEvent {
  readonly type: string;
  readonly created_at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventOptions {
  /** When it happened, in milliseconds; of several types each happens a second after the one before. */
  readonly at?: number | undefined;
  /** Put into `data`, over the type's usual: `{ bounce: { type: 'Transient', subType: 'MailboxFull' } }`. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

export interface Signing {
  /** `svix-id`: the event's own, the same on every retry and replay of it. */
  readonly id: string;
  /** Seconds. */
  readonly timestamp: number;
  /** The exact bytes that are posted. */
  readonly body: string;
  /** `whsec_` and base64; while secrets rotate both sign. */
  readonly secrets: readonly string[];
}

export interface DeliverOptions {
  readonly url: string;
  readonly secrets: readonly string[];
  /** `svix-id`, with `_1`, `_2` … for further events; made up where absent. */
  readonly id?: string | undefined;
  /** Seconds, of the first attempt; each further one is signed a second later at least. Now where absent. */
  readonly timestamp?: number | undefined;
  /** How often each event is delivered over again under its `svix-id`, as at-least-once delivery does. */
  readonly duplicates?: number | undefined;
  /** Out of order: `true`, or a number for another order; the same number is the same order. */
  readonly shuffle?: boolean | number | undefined;
  /** Further attempts after anything but a 2xx; none where absent. Resend's come after 5 s to 10 h. */
  readonly retries?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Deliveries at once; 1 where absent, which keeps the order. */
  readonly concurrency?: number | undefined;
}

export interface Delivery {
  readonly id: string;
  readonly event: WebhookEvent;
  /** Status null: no answer came. */
  readonly attempts: { readonly timestamp: number; readonly status: number | null }[];
  /** Whether the last attempt was answered with a 2xx. */
  readonly delivered: boolean;
}

const BOUNCED = 'smtp; 550 5.1.1 The email account that you tried to reach does not exist.';

/** What each type adds to `data`, from the examples at https://resend.com/docs/webhooks/emails. */
function particulars(type: string, at: number): Record<string, unknown> {
  switch (type) {
    case 'email.bounced':
      return {
        bounce: {
          message: "The recipient's email provider sent a hard bounce message.",
          type: 'Permanent',
          subType: 'General',
          diagnosticCode: [BOUNCED],
        },
      };
    case 'email.clicked':
      return {
        click: {
          ipAddress: '203.0.113.7',
          link: 'https://events.test/',
          timestamp: new Date(at).toISOString(),
          userAgent: 'Mozilla/5.0',
        },
      };
    case 'email.failed':
      return { failed: { reason: 'reached_daily_quota' } };
    case 'email.suppressed':
      return {
        suppressed: {
          message: 'The recipient is on the suppression list.',
          type: 'OnAccountSuppressionList',
          reason: 'previous_bounce',
          diagnosticCode: [BOUNCED],
        },
      };
    default:
      return {};
  }
}

/** What Resend says about a mail. `tags` is an object here, though an array when sent and when read back. */
export function eventAbout(
  mail: AcceptedMail,
  type: EmailEventType | (string & {}),
  { at = mail.at, extra }: EventOptions = {},
): WebhookEvent {
  return {
    type,
    created_at: new Date(at).toISOString(),
    data: {
      created_at: mailTime(mail.at),
      email_id: mail.id,
      message_id: mail.messageId,
      from: mail.from,
      to: mail.to,
      subject: mail.subject,
      ...(Object.keys(mail.tags).length > 0 && { tags: mail.tags }),
      ...particulars(type, at),
      ...extra,
    },
  };
}

/**
 * HMAC-SHA256 over `id.timestamp.body` with the decoded secret:
 * https://docs.svix.com/receiving/verifying-payloads/how-manual and
 * https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests. Pure, so benches can sign beforehand.
 */
export function signWebhook({ id, timestamp, body, secrets }: Signing): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'content-type': 'application/json',
    'svix-id': id,
    'svix-timestamp': String(timestamp),
    'svix-signature': signatures.join(' '),
  };
}

/**
 * Posts events as Resend does: at least once, in no order, again after anything but a 2xx:
 * https://resend.com/docs/dashboard/webhooks/introduction and https://docs.svix.com/retries. What
 * came of each, in the order of delivering.
 */
export async function deliver(
  events: WebhookEvent | readonly WebhookEvent[],
  options: DeliverOptions,
): Promise<Delivery[]> {
  const { id: base = `msg_${randomUUID().replaceAll('-', '')}`, duplicates = 0, shuffle = false } = options;
  const list = 'type' in events ? [events] : events;
  const queue = list.flatMap((event, index) =>
    Array.from({ length: 1 + duplicates }, () => ({ event, id: index === 0 ? base : `${base}_${index}` })),
  );
  if (shuffle !== false) reorder(queue, Number(shuffle));
  const deliveries: Delivery[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (let at = next++; at < queue.length; at = next++) {
      const { event, id } = queue[at] as (typeof queue)[number];
      deliveries[at] = await deliverOne(event, id, options);
    }
  }
  await Promise.all(Array.from({ length: options.concurrency ?? 1 }, work));
  return deliveries;
}

async function deliverOne(event: WebhookEvent, id: string, options: DeliverOptions): Promise<Delivery> {
  const { url, secrets, retries = 0, retryAfterMs = 0 } = options;
  const body = JSON.stringify(event);
  const attempts: { timestamp: number; status: number | null }[] = [];
  for (let attempt = 0; ; attempt++) {
    const before = attempts.at(-1)?.timestamp;
    const now = options.timestamp ?? Math.floor(Date.now() / 1000);
    const timestamp = before === undefined ? now : Math.max(now, before + 1);
    const status = await post(url, body, signWebhook({ id, timestamp, body, secrets }));
    attempts.push({ timestamp, status });
    const delivered = status !== null && status >= 200 && status < 300;
    if (delivered || attempt >= retries) return { id, event, attempts, delivered };
    if (retryAfterMs > 0) await delay(retryAfterMs);
  }
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<number | null> {
  try {
    // A redirect is a failure to Svix.
    const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual' });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}

/** Fisher and Yates' shuffle over a small generator, so that a failing order can be had again. */
function reorder<T>(list: T[], seed: number): void {
  let state = seed;
  for (let last = list.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [list[last], list[other]] = [list[other] as T, list[last] as T];
  }
}
