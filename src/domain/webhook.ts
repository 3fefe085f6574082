import { randomBytes } from 'node:crypto';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What endpoints can be told of. Triggers publish them (`src/db/migrations/0042_webhooks.sql`). */
const TYPES = {
  registrant: ['created', 'updated', 'cancelled', 'joined', 'erased'],
  message: [
    ...['sent', 'delivered', 'opened', 'clicked', 'deferred', 'bounced', 'complained', 'failed', 'not_sent'],
  ],
  event: ['created', 'updated', 'cancelled', 'opened', 'closed'],
  export: ['ready'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export const WEBHOOK_GROUPS = Object.keys(TYPES) as readonly (keyof typeof TYPES)[];

/** `registrant.created` and so on. */
export const WEBHOOK_TYPES: readonly string[] = WEBHOOK_GROUPS.flatMap(typesOf);

export function typesOf(group: keyof typeof TYPES): readonly string[] {
  return TYPES[group].map((name) => `${group}.${name}`);
}

/** What only `POST …/test` sends. */
export const TEST_TYPE = 'webhook.test';

/** What an endpoint may ask for: a type, all of a sort, or everything. */
export const WEBHOOK_PATTERNS: readonly string[] = [
  ...WEBHOOK_TYPES,
  ...WEBHOOK_GROUPS.map((group) => `${group}.*`),
  '*',
];

export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Why nothing is published to an endpoint. `gone`: it answered 410; `failing`: no 2xx for three days. */
export type SwitchedOffWhy = 'by_hand' | 'gone' | 'failing';

export const MOST_ENDPOINTS = 20;
export const MOST_EVENT_IDS = 200;

/** Of one try: connection, TLS, headers and body. */
export const TRY_TIMEOUT_MS = 10 * SECOND;
/** So much of an answer is read, and kept. */
export const ANSWER_BYTES = 4_096;

/** How long after a failed try the next one is made, the first try's first. After these there is none. */
const WAITS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR];
export const MOST_TRIES = WAITS.length + 1;

/** When to try again after so many tries that failed; null: never. */
export function nextTryAt(tries: number, now: Date): Date | null {
  const wait = WAITS[tries - 1];
  return wait === undefined ? null : new Date(now.getTime() + wait);
}

/** Later events of a registrant wait for an earlier one until it has arrived, or has been tried so often: about five minutes. */
export const ORDERED_TRIES = 3;

/** Requests that one endpoint has under way at once, at most; and while the last one failed. */
export const CONNECTIONS = 16;
export const FEW_CONNECTIONS = 4;

/** After so many failures in a row the endpoint is left alone for a while, and then tried with one request at a time. */
export const PAUSE_AFTER = 10;
const SHORTEST_PAUSE_MS = 10 * SECOND;
const LONGEST_PAUSE_MS = 5 * MINUTE;

/** Until when an endpoint is left alone that failed so often in a row; null: it is not. */
export function pausedUntil(failures: number, now: Date): Date | null {
  if (failures < PAUSE_AFTER) return null;
  const pause = SHORTEST_PAUSE_MS * 2 ** Math.min(failures - PAUSE_AFTER, 10);
  return new Date(now.getTime() + Math.min(pause, LONGEST_PAUSE_MS));
}

/** Without a 2xx for so long an endpoint is switched off. */
export const SWITCHED_OFF_AFTER_MS = 3 * DAY;
/** The former secret signs so long beside the new one. */
export const BOTH_SECRETS_MS = DAY;
/** So long a delivery can be looked at and sent again. */
export const DELIVERIES_KEPT_MS = 14 * DAY;

/** As Standard Webhooks writes it: 256 random bits. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** What sets sealed webhook secrets apart from others. */
export const SECRET_PURPOSE = 'webhook endpoint';

/** Ports below 1024 that are no web server's belong to programs that take the text of a request for something else. */
const FIRST_FREE_PORT = 1_024;
const MOST_URL = 2_000;

/**
 * The address of an endpoint as it is kept, or what is wrong with it, as the end of a sentence that begins with its name. Whether it
 * is a public one the names' addresses say, later.
 */
export function readEndpointUrl(
  text: string,
  { production }: { readonly production: boolean },
): { readonly url: string } | { readonly fault: string } {
  const form = `must be an address like https://example.com/hooks${production ? '' : ' (http:// in development)'}`;
  if (text.length > MOST_URL) return { fault: `must have at most ${MOST_URL} characters` };
  if (/[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) return { fault: form };
  const url = new URL(text);
  if (url.protocol !== 'https:' && (production || url.protocol !== 'http:'))
    return { fault: production ? 'must begin with https://' : form };
  if (url.username || url.password)
    return { fault: 'must have no user name or password: requests are signed instead' };
  if (text.includes('#')) return { fault: 'must have no part after #: it is never sent' };
  const port = url.port === '' ? null : Number(url.port);
  if (port !== null && port < FIRST_FREE_PORT && port !== 80 && port !== 443)
    return { fault: 'must have no port, or one from 1024 on' };
  return { url: url.href };
}
