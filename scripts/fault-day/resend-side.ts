import { randomBytes, randomUUID } from 'node:crypto';
import {
  type AcceptedMail,
  eventAbout,
  openResendStandIn,
  type Reaction,
  type StandInRequest,
  signWebhook,
} from '../../test/support/resend-stand-in.ts';
import { createFaultsNow } from './faults-now.ts';
import { DOMAINS } from './load-plan.ts';
import { createOutbox, type MailSide, MOST_FAILURES, post } from './mail-side.ts';
import type { Random } from './random.ts';
import type { Arrival, ToldEvent } from './records.ts';

/** Requests a second: more than Resend's own ten, so that a run of minutes has mails to lose. */
const RATE_LIMIT = 50;
/** At the best of times. */
const ANSWERS_AFTER_MS = 150;
const SHARE = { errors: 0.4, tooMany: 0.5, lost: 0.3 };
/** One event in so many is about a mail of another program of the same account. */
const FOREIGN_EVERY = 20;

const fail = (status: number, name: string, headers?: Record<string, string>) => ({
  fail: { status, name, ...(headers && { headers }) },
});
const ERRORS: readonly [Reaction, ...Reaction[]] = [
  fail(500, 'application_error'),
  fail(503, 'service_unavailable'),
  'non-json',
  'drop',
];
const LOST: readonly [Reaction, ...Reaction[]] = [
  'drop-after',
  'non-json-after',
  { failAfter: { status: 500, name: 'application_error' } },
  'hang',
];

/** A Resend that fails as the schedule says. `startedAt`: when the load began, by this machine's clock. */
export async function openResendSide(options: {
  readonly startedAt: () => number;
  readonly random: Random;
  readonly serverUrl: string;
  readonly told: ToldEvent[];
}): Promise<MailSide> {
  const { startedAt, random, serverUrl, told } = options;
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  const active = createFaultsNow(set);
  const failures = new Map<string, number>();
  const resend = await openResendStandIn({
    rateLimit: RATE_LIMIT,
    answerAfterMs: ANSWERS_AFTER_MS,
    keepBodies: false,
    react,
  });
  let seen = 0;
  const outbox = createOutbox(tellOf);

  function react(request: StandInRequest): Reaction | undefined {
    if (request.method !== 'POST') return undefined;
    if (active.has('provider: errors') && mayFail(request, SHARE.errors)) return random.pick(ERRORS);
    if (active.has('provider: too many requests') && mayFail(request, SHARE.tooMany))
      return fail(429, 'rate_limit_exceeded', { 'retry-after': String(random.whole(1, 3)) });
    if (active.has('provider: lost answers') && mayFail(request, SHARE.lost)) return random.pick(LOST);
    return undefined;
  }

  function mayFail({ idempotencyKey }: StandInRequest, share: number): boolean {
    const key = idempotencyKey ?? '';
    const before = failures.get(key) ?? 0;
    if (!random.chance(share) || before >= MOST_FAILURES) return false;
    failures.set(key, before + 1);
    return true;
  }

  /** Sets what is not decided request by request. */
  function set(): void {
    resend.rateLimit = active.has('provider: no rate headers') ? null : RATE_LIMIT;
    resend.answerAfterMs = active.get('provider: slow')?.ms ?? ANSWERS_AFTER_MS;
    if (active.has('provider: refuses our key')) resend.apiKeys.delete(resend.apiKey);
    else resend.apiKeys.set(resend.apiKey, 'full_access');
  }

  return {
    env: {
      MAIL_TRANSPORT: 'resend',
      RESEND_API_KEY: resend.apiKey,
      RESEND_BASE_URL: resend.url,
      RESEND_WEBHOOK_SECRET: secret,
      MAIL_FROM: 'Events <events@events.example>',
    },
    arrivals: () =>
      resend.accepted.map(
        ({ tags, to, at }): Arrival => ({
          messageId: tags.message_id ?? '',
          to: to[0] ?? '',
          kind: tags.kind ?? 'unknown',
          atMs: at - startedAt(),
        }),
      ),
    untold: [],
    ...{ begin: active.begin, end: active.end, behave: active.behave },
    async tell() {
      for (const mail of resend.accepted.slice(seen)) {
        if (seen++ % FOREIGN_EVERY === 0) outbox.add(foreign());
        outbox.add(tellingOf(mail));
      }
      await outbox.flush();
    },
    close: () => resend.close(),
  };

  async function tellOf({ id, body, about }: Telling): Promise<boolean> {
    const timestamp = Math.floor(Date.now() / 1000);
    const signed = signWebhook({ id, timestamp, body, secrets: [secret] });
    const isTaken = await post(`${serverUrl}/webhooks/resend`, body, signed);
    if (isTaken && about) told.push(about);
    return isTaken;
  }
}

interface Telling {
  /** `svix-id`: the same each time that it is told. */
  readonly id: string;
  readonly body: string;
  /** Null: about no mail of ours. */
  readonly about: ToldEvent | null;
}

function tellingOf(mail: AcceptedMail): Telling {
  const comesBack = [DOMAINS.gone, DOMAINS.returns].some((domain) => mail.to[0]?.endsWith(`@${domain}`));
  const type = comesBack ? 'bounced' : 'delivered';
  mail.lastEvent = type;
  return {
    id: `msg_${randomUUID()}`,
    body: JSON.stringify(eventAbout(mail, `email.${type}`)),
    about: { messageId: mail.tags.message_id ?? '', type },
  };
}

function foreign(): Telling {
  const created = new Date().toISOString();
  const data = {
    email_id: randomUUID(),
    to: ['somebody@else.example'],
    subject: 'Not ours',
    created_at: created,
  };
  return {
    id: `msg_${randomUUID()}`,
    body: JSON.stringify({ type: 'email.delivered', created_at: created, data }),
    about: null,
  };
}
