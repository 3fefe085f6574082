import { z } from 'zod';
import type { Outcome } from '../../domain/delivery/outcome.ts';
import type { DeliveryEventType } from '../../domain/delivery/status.ts';
import type { Priority } from '../../domain/message.ts';
import { chunks } from '../../lib/chunks.ts';
import { type ApiOptions, createPermittedCalls, retryAfter } from '../permitted-calls.ts';
import type {
  BatchProvider,
  Call,
  CallResult,
  FoundMail,
  LiftResult,
  MayLeave,
  OutgoingMail,
  Reconciles,
  WantedMail,
} from '../provider.ts';
import { createPostmarkApi, type PostmarkAnswer, type PostmarkRequest } from './api.ts';
import { callFailure, errorCodeOf, itemOutcome, readItems, UNTOLD } from './errors.ts';
import { bounceEvent, bouncesIn, highestEvent, messageDetails } from './events.ts';
import { CALL_METADATA, writePayload } from './payload.ts';
import { METADATA } from './webhook.ts';

interface PostmarkOptions extends ApiOptions {
  readonly serverToken: string;
  readonly messageStream: string;
  readonly timeouts?: Partial<typeof TIMEOUTS>;
}

const TIMEOUTS = {
  /** For an answer. A lost one leaves 500 mails to be looked up: it is waited for longer than a call usually takes. */
  answerMs: 60_000,
  /** When the transport closes, calls under way have so long. */
  graceMs: 8_000,
  /** For looking mails up. */
  lookUpMs: 120_000,
};

/** Mails in one call, and in one answer (postmarkapp.com/developer/user-guide/send-email-with-api/batch-emails). */
const MAX_BATCH = 500;
/** Calls at a time: each holds the text of 500 mails in memory. */
const CONNECTIONS = 8;
/**
 * The longest wait for an answer, and after that a minute and a half for its search to know of the mails: how far that lags is
 * published nowhere; it is seconds as a rule.
 */
const LISTED_AFTER_MS = TIMEOUTS.answerMs + 90_000;
/** Questions asked together, at most. */
const TOGETHER = 50;
/** "Message doesn't exist." */
const NO_SUCH_MESSAGE = 701;

const searchResult = z.looseObject({
  TotalCount: z.coerce.number(),
  Messages: z.array(
    z.looseObject({ MessageID: z.string().min(1), Metadata: z.looseObject({ [METADATA]: z.string() }) }),
  ),
});
/** postmarkapp.com/developer/api/suppressions-api#delete-a-suppression */
const suppressions = z.looseObject({
  Suppressions: z
    .array(z.looseObject({ Status: z.string(), Message: z.string().nullish().catch(null) }))
    .min(1),
});
const bounce = z.looseObject({
  Type: z.string(),
  Description: z.string().catch(''),
  Details: z.string().catch(''),
});

type Asked =
  | { readonly type: 'answered'; readonly status: number; readonly body: unknown }
  | Extract<PostmarkAnswer, { type: 'unreachable' | 'lost' }>
  | Extract<Outcome, { type: 'not_attempted' }>;

/**
 * Sends through Postmark's API, up to 500 mails a call. It knows no call again: of one whose answer was lost its mails are looked up,
 * by what they carry as metadata.
 */
export function createPostmarkProvider(options: PostmarkOptions): BatchProvider & Reconciles {
  const { serverToken, baseUrl, messageStream, from, tags, calendarMethod, pool, now } = options;
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const request = createPostmarkApi({ serverToken, baseUrl });
  const calls = createPermittedCalls({
    ...{ pool, provider: 'postmark', connections: CONNECTIONS, now },
    ...timeouts,
  });

  /** Asks once there is a permit, and again after a while where we were too fast. */
  async function ask(priority: Priority, what: PostmarkRequest, mayLeave?: MayLeave): Promise<Asked> {
    const asked = await calls.ask<Exclude<Asked, { type: 'not_attempted' }>>(
      priority,
      async (signal) => {
        const answer = await request(what, signal);
        if (answer.type !== 'answered') return { answer, headers: null, isSuccess: false };
        const { status, body, headers } = answer;
        const isSuccess = status >= 200 && status < 300;
        if (!isSuccess && callFailure(status, body).type === 'wait')
          return { headers, retryInSeconds: retryAfter(headers, now()) };
        return { answer: { type: 'answered', status, body }, headers, isSuccess };
      },
      mayLeave,
    );
    return asked.type === 'answered' ? asked.answer : asked;
  }

  async function call({ id, priority, mails, mayLeave }: Call): Promise<CallResult> {
    const { body, count, leftOut } = writePayload(mails, {
      ...{ from, tags, calendarMethod, messageStream, callId: id },
    });
    const answered =
      count > 0
        ? callOutcomes(count, await ask(priority, { method: 'POST', path: '/email/batch', body }, mayLeave))
        : [];
    let next = 0;
    const outcomes = mails.map(
      (_, i): Outcome => leftOut.get(i) ?? answered[next++] ?? { type: 'outcome_unknown', error: UNTOLD },
    );
    return { type: 'outcomes', outcomes };
  }

  function callOutcomes(count: number, asked: Asked): readonly Outcome[] {
    const each = (outcome: Outcome) => Array.from({ length: count }, () => outcome);
    switch (asked.type) {
      case 'not_attempted':
        return each(asked);
      case 'unreachable':
        return each({ type: 'retry', error: asked.error, unanswered: true });
      case 'lost':
        return each({ type: 'outcome_unknown', error: asked.error, unanswered: true });
    }
    const { status, body } = asked;
    const items = status === 200 ? readItems(body, count) : null;
    if (items) return items.map(itemOutcome);
    const failure = callFailure(status, body);
    // `ask` has waited for those.
    if (failure.type === 'wait') return each({ type: 'retry', error: `HTTP ${status}` });
    return each(
      failure.type === 'bad_mail' && count > 1
        ? { type: 'alone', error: failure.outcome.error }
        : failure.outcome,
    );
  }

  /** The mails that it has with this metadata, by our message ids; null where it cannot be asked now. */
  async function search(key: string, value: string): Promise<ReadonlyMap<string, FoundMail> | null> {
    const found = new Map<string, FoundMail>();
    for (let offset = 0; ; ) {
      const query = new URLSearchParams({
        count: String(MAX_BATCH),
        offset: String(offset),
        // Without it only the stream `outbound` is searched.
        messagestream: messageStream,
        [`metadata_${key}`]: value,
      });
      const asked = await ask('bulk', { method: 'GET', path: `/messages/outbound?${query}` });
      const page =
        asked.type === 'answered' && asked.status === 200 ? searchResult.safeParse(asked.body) : null;
      if (!page?.success) return null;
      const { Messages, TotalCount } = page.data;
      for (const { MessageID, Metadata } of Messages)
        found.set(Metadata[METADATA], { providerMessageId: MessageID, fact: 'sent' });
      offset += Messages.length;
      if (Messages.length === 0 || offset >= TotalCount) return found;
    }
  }

  async function findSent(mails: readonly WantedMail[]): Promise<ReadonlyMap<string, FoundMail> | null> {
    const callIds = new Set<string>();
    const questions: (() => Promise<ReadonlyMap<string, FoundMail> | null>)[] = [];
    for (const { messageId, providerMessageId, callId } of mails) {
      if (providerMessageId !== null) questions.push(() => findNamed(messageId, providerMessageId));
      else if (callId === null) questions.push(() => search(METADATA, messageId));
      else if (!callIds.has(callId)) {
        callIds.add(callId);
        questions.push(() => search(CALL_METADATA, callId));
      }
    }
    const found = new Map<string, FoundMail>();
    const giveUpAt = performance.now() + timeouts.lookUpMs;
    for (const some of chunks(questions, TOGETHER)) {
      if (performance.now() > giveUpAt) return null;
      const answers = await Promise.all(some.map((question) => question()));
      for (const answer of answers) {
        if (!answer) return null;
        for (const [messageId, mail] of answer) found.set(messageId, mail);
      }
    }
    return found;
  }

  async function findNamed(
    messageId: string,
    providerMessageId: string,
  ): Promise<ReadonlyMap<string, FoundMail> | null> {
    const mail = await find(providerMessageId);
    return mail && new Map(mail === 'not_found' ? [] : [[messageId, mail]]);
  }

  async function find(providerMessageId: string): Promise<FoundMail | 'not_found' | null> {
    const path = `/messages/outbound/${encodeURIComponent(providerMessageId)}/details`;
    const asked = await ask('bulk', { method: 'GET', path });
    if (asked.type !== 'answered') return null;
    if (errorCodeOf(asked.body) === NO_SUCH_MESSAGE) return 'not_found';
    const details = asked.status === 200 ? messageDetails.safeParse(asked.body) : null;
    if (!details?.success) return null;
    const { MessageEvents } = details.data;
    const bounces: (DeliveryEventType | null)[] = [];
    for (const id of bouncesIn(MessageEvents)) {
      const told = await ask('bulk', { method: 'GET', path: `/bounces/${encodeURIComponent(id)}` });
      const read = told.type === 'answered' && told.status === 200 ? bounce.safeParse(told.body) : null;
      if (!read?.success) return null;
      bounces.push(bounceEvent(read.data.Type, read.data.Details || read.data.Description));
    }
    return { providerMessageId, fact: highestEvent(MessageEvents, bounces) };
  }

  /** A person's complaint stands: Postmark says that it cannot be taken off. */
  async function liftSuppression(address: string): Promise<LiftResult> {
    const path = `/message-streams/${encodeURIComponent(messageStream)}/suppressions/delete`;
    const body = JSON.stringify({ Suppressions: [{ EmailAddress: address }] });
    const asked = await ask('bulk', { method: 'POST', path, body });
    if (asked.type !== 'answered') return { type: 'failed', error: asked.error, again: true };
    const { status, body: told } = asked;
    const [one] = (status === 200 && suppressions.safeParse(told).data?.Suppressions) || [];
    if (one?.Status === 'Deleted') return { type: 'lifted' };
    if (one) return { type: 'failed', error: one.Message ?? 'Postmark refused it.', again: false };
    const failure = callFailure(status, told);
    if (failure.type === 'wait') return { type: 'failed', error: `HTTP ${status}`, again: true };
    const { outcome } = failure;
    const error = 'error' in outcome ? outcome.error : `HTTP ${status}`;
    return { type: 'failed', error, again: outcome.type === 'retry' || outcome.type === 'outcome_unknown' };
  }

  return {
    name: 'postmark',
    takes: 'batch',
    capabilities: {
      maxBatch: MAX_BATCH,
      connections: CONNECTIONS,
      idempotencyKeys: false,
      reconciles: true,
      reportsDelivery: true,
      takesSignatures: false,
    },
    listedAfterMs: LISTED_AFTER_MS,
    divide: <Mail extends OutgoingMail>(mails: readonly Mail[]) =>
      [...chunks(mails, MAX_BATCH)].map((some) => [...some]),
    call,
    findSent,
    find,
    liftSuppression,
    close: () => calls.close(),
  };
}
