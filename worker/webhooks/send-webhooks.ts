import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { switchOffEndpoint } from '../../src/actions/webhook-endpoint.ts';
import { type BodyContext, readBodyContext, webhookBody } from '../../src/api/webhook-body.ts';
import { transaction } from '../../src/db/pool.ts';
import {
  type DueDelivery,
  loadDueDeliveries,
  recordTries,
  type TryOutcome,
} from '../../src/db/webhook-delivery.ts';
import { findSendingEndpoint, type Health, type SendingEndpoint } from '../../src/db/webhook-endpoint.ts';
import { expandOutbox } from '../../src/db/webhook-outbox.ts';
import { unseal } from '../../src/domain/sealed.ts';
import {
  ANSWER_BYTES,
  CONNECTIONS,
  FEW_CONNECTIONS,
  nextTryAt,
  PAUSE_AFTER,
  pausedUntil,
  SECRET_PURPOSE,
  SWITCHED_OFF_AFTER_MS,
  TRY_TIMEOUT_MS,
} from '../../src/domain/webhook.ts';
import { createBatcher } from '../../src/lib/batcher.ts';
import { createPublicHosts } from '../../src/lib/public-address.ts';
import { createPoster, type Posted } from '../../src/lib/public-http.ts';
import type { WorkerContext } from '../context.ts';

/** Deliveries read at once. */
const LOADED = 100;
/** Loaded and not yet recorded, at most. */
const MOST_IN_HAND = 3 * LOADED;
/** Then the next job goes on, so that a rotated secret and changed settings are in force soon. */
const LONGEST_RUN_MS = 60_000;
/** When the worker stops, requests under way get so long. What they would have told is not recorded, and they are made again. */
const STOPPING_MS = 3_000;

type Context = Pick<WorkerContext, 'config' | 'pool' | 'dns' | 'now' | 'log' | 'metrics'>;

/** What is taken in hand, with what is said of it. */
interface InHand {
  readonly delivery: DueDelivery;
  readonly body: string;
}

/**
 * Sends what is due for one endpoint, until nothing is, or the endpoint has failed too often in a row. One worker at a time does this for an
 * endpoint (its job is exclusive); where one has died, another sends again what it had in hand.
 */
export async function sendWebhooks(context: Context, endpointId: string, stop: AbortSignal): Promise<void> {
  const { config, pool, dns, now } = context;
  const endpoint = await findSendingEndpoint(pool, endpointId, now());
  if (!endpoint) return;
  const signers = endpoint.secrets.map((secret) => {
    const opened = unseal(config.appSecret, SECRET_PURPOSE, secret);
    return opened === null ? null : new Webhook(opened);
  });
  const poster = createPoster({
    resolve: createPublicHosts(dns, { loopback: !config.production }),
    connections: CONNECTIONS,
    timeoutMs: TRY_TIMEOUT_MS,
    answerBytes: ANSWER_BYTES,
  });
  try {
    await run(context, endpoint, signers, poster, stop);
  } finally {
    poster.close();
  }
}

async function run(
  context: Context,
  endpoint: SendingEndpoint,
  signers: readonly (Webhook | null)[],
  poster: ReturnType<typeof createPoster>,
  stop: AbortSignal,
): Promise<void> {
  const { config, pool, now, metrics } = context;
  const began = performance.now();
  const abort = new AbortController();
  const stopping = async () => {
    await delay(STOPPING_MS, undefined, { signal: abort.signal }).catch(() => undefined);
    abort.abort();
  };
  stop.addEventListener('abort', stopping, { once: true });

  // Its pause is over.
  let health: Health = { ...endpoint, lastSuccessAt: null, pausedUntil: null };
  let isGone = false;
  const queue: InHand[] = [];
  const inHand = new Map<string, DueDelivery>();
  const running = new Set<Promise<void>>();
  let broken: unknown;
  let after: Pick<DueDelivery, 'place' | 'sequence'> | null = null;
  let loading: Promise<void> | null = null;
  let isAtEnd = false;
  let foundSinceStart = false;

  const record = createBatcher(
    async (outcomes: readonly TryOutcome[]) => {
      await recordTries(pool, endpoint.id, outcomes, health, now());
    },
    { most: LOADED, waitMs: 5, enough: 2 * CONNECTIONS },
  );

  const isEnding = () =>
    stop.aborted ||
    broken !== undefined ||
    isGone ||
    health.pausedUntil !== null ||
    performance.now() - began > LONGEST_RUN_MS;

  /** How many requests may be under way: few where the last one failed, one where it is only tried whether the endpoint is back. */
  const limit = () =>
    health.failures === 0 ? CONNECTIONS : health.failures < PAUSE_AFTER ? FEW_CONNECTIONS : 1;

  async function load(): Promise<void> {
    const due = await loadDueDeliveries(pool, {
      ...{ endpointId: endpoint.id, now: now(), after, limit: limit() === 1 ? 1 : LOADED },
      subjectsInHand: [...inHand.values()].flatMap(({ subjectId }) => subjectId ?? []),
      idsInHand: [...inHand.keys()],
    });
    const last = due.at(-1);
    if (!last) {
      // What is made of the outbox is due before what came later.
      if ((await transaction(pool, (db) => expandOutbox(db, endpoint.id))) > 0) after = null;
      else isAtEnd = true;
      return;
    }
    after = last;
    foundSinceStart = true;
    // Of several of one registrant the first: the others are found at the next look.
    const subjects = new Set<string>();
    const taken = due.filter(({ subjectId }) => {
      if (subjectId === null) return true;
      if (subjects.has(subjectId)) return false;
      subjects.add(subjectId);
      return true;
    });
    const about: BodyContext = await readBodyContext(pool, taken, {
      publicUrl: config.publicUrl,
      withAccess: endpoint.includeAccessLinks,
    });
    for (const delivery of taken) {
      inHand.set(delivery.id, delivery);
      queue.push({ delivery, body: webhookBody(delivery, about) });
    }
  }

  async function sendOne({ delivery, body }: InHand): Promise<void> {
    const at = now();
    const start = performance.now();
    const posted = await post(delivery.id, at, body);
    if (abort.signal.aborted) return;
    const ms = Math.round(performance.now() - start);
    const done = now();
    const succeeded = posted.status !== null && posted.status >= 200 && posted.status < 300;
    noteHealth(posted, succeeded, done);
    metrics.add(succeeded ? 'webhooks_succeeded' : 'webhooks_failed', 1);
    const tries = delivery.tries + 1;
    const nextAt = succeeded || posted.status === GONE ? null : nextTryAt(tries, done);
    const { status, error, answer } = posted;
    void record({
      ...{ id: delivery.id, tries: delivery.tries, nextAt },
      state: succeeded ? 'delivered' : nextAt ? 'pending' : 'failed',
      attempt: { at: at.toISOString(), ms, status, error, answer },
    }).then(() => {
      inHand.delete(delivery.id);
      wake();
    }, fail);
  }

  async function post(id: string, at: Date, body: string): Promise<Posted> {
    const signatures = signers.map((signer) => signer?.sign(id, at, body)).filter(Boolean);
    if (!signers[0]) return { status: null, error: UNREADABLE, answer: '' };
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'access-mail',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': signatures.join(' '),
    };
    return poster.post(endpoint.url, body, headers, abort.signal);
  }

  function noteHealth({ status, error }: Posted, succeeded: boolean, at: Date): void {
    if (status === GONE) isGone = true;
    if (succeeded) {
      health = {
        ...{ lastSuccessAt: at, failingSince: null, failures: 0, pausedUntil: null },
        lastFailure: health.lastFailure,
      };
      return;
    }
    const failures = health.failures + 1;
    health = {
      ...health,
      failures,
      failingSince: health.failingSince ?? at,
      lastFailure: error ?? `It answered ${status}.`,
      pausedUntil: pausedUntil(failures, at),
    };
  }

  let pulse = Promise.withResolvers<void>();
  function wake(): void {
    pulse.resolve();
    pulse = Promise.withResolvers();
  }
  function fail(error: unknown): void {
    broken ??= error;
    wake();
  }

  for (;;) {
    const isOver = isEnding();
    if (isOver) for (const { delivery } of queue.splice(0)) inHand.delete(delivery.id);
    if (!isOver && !loading && !isAtEnd && queue.length < limit() && inHand.size < MOST_IN_HAND)
      loading = load().then(
        () => {
          loading = null;
          wake();
        },
        (error: unknown) => {
          loading = null;
          fail(error);
        },
      );
    while (!isOver && queue.length > 0 && running.size < limit()) {
      const next = queue.shift() as InHand;
      const sending: Promise<void> = sendOne(next).then(
        () => {
          running.delete(sending);
          wake();
        },
        (error: unknown) => {
          running.delete(sending);
          fail(error);
        },
      );
      running.add(sending);
    }
    const isIdle = running.size === 0 && !loading && queue.length === 0;
    if (isIdle && (abort.signal.aborted || broken !== undefined || inHand.size === 0)) {
      if (isOver || broken !== undefined) break;
      if (isAtEnd) {
        if (!foundSinceStart) break;
        // From the beginning again: what waited for an earlier one of its registrant may go now.
        after = null;
        isAtEnd = false;
        foundSinceStart = false;
        continue;
      }
    }
    await pulse.promise;
  }
  abort.abort();
  stop.removeEventListener('abort', stopping);
  if (broken !== undefined) throw broken;
  await switchOffWhereDead(context, endpoint, health, isGone);
}

/** Gone for good, it says. */
const GONE = 410;
const UNREADABLE = 'The secret cannot be read with this APP_SECRET: rotate the secret of the endpoint.';

async function switchOffWhereDead(
  { pool, now, log }: Context,
  endpoint: SendingEndpoint,
  { failingSince }: Health,
  isGone: boolean,
): Promise<void> {
  const at = now();
  const isFailing = failingSince !== null && at.getTime() - failingSince.getTime() >= SWITCHED_OFF_AFTER_MS;
  if (!isGone && !isFailing) return;
  const why = isGone ? 'gone' : 'failing';
  await transaction(pool, (db) => switchOffEndpoint({ db, now: at, actor: 'webhooks' }, endpoint, why));
  log.warn({ endpointId: endpoint.id, why }, 'a webhook endpoint was switched off');
}
