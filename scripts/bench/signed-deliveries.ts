import { randomBytes } from 'node:crypto';
import { eventAbout, signWebhook } from '../../test/support/resend-stand-in.ts';
import { MAIL_FROM } from './lab.ts';

/** A message that the provider took. */
export interface SentMessage {
  readonly id: string;
  readonly eventId: string;
  readonly email: string;
  readonly providerMessageId: string;
  readonly acceptedAt: Date;
}

/** One request to the webhook: what is posted, signed already. */
export interface SignedDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What became of a hundred messages, in as many events: the last word counts, in whatever order they come. */
const OF_A_HUNDRED: readonly (readonly [messages: number, types: readonly string[], status: string])[] = [
  [78, ['email.delivered'], 'delivered'],
  [5, ['email.delivered', 'email.opened'], 'opened'],
  [4, ['email.delivery_delayed', 'email.delivered'], 'delivered'],
  [2, ['email.bounced'], 'bounced'],
  [1, ['email.delivered', 'email.complained'], 'complained'],
  [10, [], 'sent'],
];
const FATES = OF_A_HUNDRED.flatMap(([messages, ...fate]) => Array.from({ length: messages }, () => fate));

/** Fates after which the address is suppressed. */
export const SUPPRESSING: ReadonlySet<string> = new Set(['bounced', 'complained']);

/**
 * As many events as messages, a tenth of them told twice, shuffled, the same way each time; and the status that each
 * message must have afterwards.
 */
export function signDeliveries(
  messages: readonly SentMessage[],
  secret: string,
): {
  readonly deliveries: SignedDelivery[];
  readonly events: number;
  readonly statuses: Map<string, string>;
} {
  const statuses = new Map<string, string>();
  const timestamp = Math.floor(Date.now() / 1000);
  const told = messages.flatMap((message, n) => {
    const [types, status] = FATES[n % FATES.length] ?? [[], 'sent'];
    statuses.set(message.id, status);
    return types.map((type, i): SignedDelivery => {
      const at = message.acceptedAt.getTime() + (i + 1) * 1000;
      const body = JSON.stringify(eventAbout(asAccepted(message), type, { at }));
      const id = `msg_${randomBytes(16).toString('hex')}`;
      return { headers: signWebhook({ id, timestamp, body, secrets: [secret] }), body };
    });
  });
  const deliveries = [...told, ...told.filter((_, i) => i % 10 === 0)];
  shuffle(deliveries);
  return { deliveries, events: told.length, statuses };
}

function asAccepted({ id, eventId, email, providerMessageId, acceptedAt }: SentMessage) {
  return {
    id: providerMessageId,
    messageId: `<${providerMessageId}@eu-west-1.amazonses.com>`,
    idempotencyKey: null,
    at: acceptedAt.getTime(),
    lastEvent: 'sent' as const,
    from: MAIL_FROM,
    to: [email],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'Your link to Designing calm software',
    html: null,
    text: null,
    tags: { message_id: id, kind: 'access_link', event_id: eventId },
    headers: {},
    attachments: [],
    scheduledAt: null,
  };
}

/** Fisher and Yates' over a small generator: the same order each time. */
function shuffle<T>(list: T[]): void {
  let state = 1;
  for (let last = list.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [list[last], list[other]] = [list[other] as T, list[last] as T];
  }
}
