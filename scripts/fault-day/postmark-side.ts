import { randomUUID } from 'node:crypto';
import {
  type AcceptedMail,
  openPostmarkStandIn,
  type Reaction,
  type StandInRequest,
} from '../../test/support/postmark-stand-in.ts';
import { DOMAINS } from './load-plan.ts';
import { createOutbox, type MailSide, post } from './mail-side.ts';
import type { Random } from './random.ts';
import type { Arrival, ToldEvent } from './records.ts';
import type { Fault, FaultName } from './schedule.ts';

/** At the best of times. */
const ANSWERS_AFTER_MS = 150;
/** Its search learns so late of a mail. */
const LISTED_AFTER_MS = 5_000;
const SHARE = { errors: 0.4, tooMany: 0.5, lost: 0.3 };
/** One event in so many is about a mail of another program of the same account. */
const FOREIGN_EVERY = 20;
const CREDENTIALS = { user: 'postmark', password: 'a password of the fault day' };

/** Half of them say that nothing was taken, half leave it open. */
const ERRORS: readonly [Reaction, ...Reaction[]] = [
  { fail: { status: 503, code: 100, message: 'Maintenance' } },
  { fail: { status: 500, code: 0 } },
  { fail: { status: 502 } },
  'drop',
];
const LOST: readonly [Reaction, ...Reaction[]] = [
  'drop-after',
  'garbage-after',
  'short-after',
  { failAfter: { status: 500, code: 0 } },
];

/** A Postmark that fails as the schedule says. `startedAt`: when the load began, by this machine's clock. */
export async function openPostmarkSide(options: {
  readonly startedAt: () => number;
  readonly random: Random;
  readonly serverUrl: string;
  readonly told: ToldEvent[];
}): Promise<MailSide> {
  const { startedAt, random, serverUrl, told } = options;
  const active = new Map<FaultName, Fault>();
  /** A mail that was left open waits for minutes: it happens to none twice, or it would be tried long after the run. */
  const leftOpen = new Set<string>();
  const postmark = await openPostmarkStandIn({
    answerAfterMs: ANSWERS_AFTER_MS,
    listedAfterMs: LISTED_AFTER_MS,
    keepBodies: false,
    react,
  });
  const { serverToken } = postmark;
  let seen = 0;
  const outbox = createOutbox(tellOf);

  function react({ method, mails }: StandInRequest): Reaction | undefined {
    const ids = mails.map(({ metadata }) => metadata.message_id ?? '');
    if (active.has('provider: too many requests') && random.chance(SHARE.tooMany))
      return { fail: { status: 429, code: 429, headers: { 'retry-after': String(random.whole(1, 3)) } } };
    if (method !== 'POST' || ids.some((id) => leftOpen.has(id))) return undefined;
    const reaction =
      active.has('provider: errors') && random.chance(SHARE.errors)
        ? random.pick(ERRORS)
        : active.has('provider: lost answers') && random.chance(SHARE.lost)
          ? random.pick(LOST)
          : undefined;
    if (reaction) for (const id of ids) leftOpen.add(id);
    return reaction;
  }

  /** Sets what is not decided request by request. */
  function set(): void {
    postmark.answerAfterMs = active.get('provider: slow')?.ms ?? ANSWERS_AFTER_MS;
    postmark.serverToken = active.has('provider: refuses our key') ? randomUUID() : serverToken;
  }

  return {
    env: {
      MAIL_TRANSPORT: 'postmark',
      POSTMARK_SERVER_TOKEN: serverToken,
      POSTMARK_BASE_URL: postmark.url,
      POSTMARK_WEBHOOK_USER: CREDENTIALS.user,
      POSTMARK_WEBHOOK_PASSWORD: CREDENTIALS.password,
      MAIL_FROM: 'Events <events@events.example>',
    },
    arrivals: () =>
      postmark.accepted.map(
        ({ metadata, to, at }): Arrival => ({
          messageId: metadata.message_id ?? '',
          to,
          kind: metadata.kind ?? 'unknown',
          atMs: at - startedAt(),
        }),
      ),
    untold: [],
    begin(fault) {
      active.set(fault.name, fault);
      set();
    },
    end({ name }) {
      active.delete(name);
      set();
    },
    behave() {
      active.clear();
      set();
    },
    async tell() {
      for (const mail of postmark.accepted.slice(seen)) {
        if (seen++ % FOREIGN_EVERY === 0) outbox.add(foreign());
        outbox.add(tellingOf(mail));
      }
      await outbox.flush();
    },
    close: () => postmark.close(),
  };

  async function tellOf({ body, about }: Telling): Promise<boolean> {
    const { user, password } = CREDENTIALS;
    const isTaken = await post(`${serverUrl}/webhooks/postmark`, body, {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    });
    if (isTaken && about) told.push(about);
    return isTaken;
  }
}

interface Telling {
  readonly body: string;
  /** Null: about no mail of ours. */
  readonly about: ToldEvent | null;
}

let bounces = 0;

function tellingOf(mail: AcceptedMail): Telling {
  const comesBack = [DOMAINS.gone, DOMAINS.returns].some((domain) => mail.to.endsWith(`@${domain}`));
  const at = new Date().toISOString();
  const { id: MessageID, metadata: Metadata } = mail;
  const Details = 'smtp;550 5.1.1 The email account does not exist';
  const body = comesBack
    ? {
        RecordType: 'Bounce',
        Type: 'HardBounce',
        ID: ++bounces,
        BouncedAt: at,
        Details,
        MessageID,
        Metadata,
      }
    : { RecordType: 'Delivery', DeliveredAt: at, MessageID, Metadata };
  return {
    body: JSON.stringify(body),
    about: { messageId: Metadata.message_id ?? '', type: comesBack ? 'bounced' : 'delivered' },
  };
}

function foreign(): Telling {
  const DeliveredAt = new Date().toISOString();
  return {
    body: JSON.stringify({ RecordType: 'Delivery', DeliveredAt, MessageID: randomUUID(), Metadata: {} }),
    about: null,
  };
}
