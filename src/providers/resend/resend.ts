import type { Outcome } from '../../domain/delivery/outcome.ts';
import type { Priority } from '../../domain/message.ts';
import { domainOf } from '../../domain/sender-domain.ts';
import { type ApiOptions, createPermittedCalls } from '../permitted-calls.ts';
import type {
  BatchProvider,
  Call,
  CallResult,
  FoundMail,
  LiftResult,
  MayLeave,
  OutgoingMail,
  Reconciles,
  RemembersCalls,
  WantedMail,
} from '../provider.ts';

import { type CallFailure, type ResendError, refusedItem, resendFailure } from './errors.ts';
import { resendEvent } from './events.ts';
import { resendMail } from './payload.ts';
import { watchUnreached } from './unreached.ts';

interface ResendOptions extends ApiOptions {
  readonly apiKey: string;
  readonly timeouts?: Partial<typeof TIMEOUTS>;
}

const TIMEOUTS = {
  /** For an answer. The call is made again under the same id, so a lost one costs only time. */
  answerMs: 30_000,
  /** When the transport closes, calls under way have so long. */
  graceMs: 8_000,
  /** For looking through the provider's list. */
  lookUpMs: 120_000,
};

/** Resend remembers an id for 24 hours (resend.com/docs/dashboard/emails/idempotency-keys). */
const REMEMBERED_MS = 23 * 3_600_000;
/** Calls at a time: enough for a provider that takes seconds to answer ten calls a second. */
const CONNECTIONS = 20;
/** Mails in one call (resend.com/docs/api-reference/emails/send-batch-emails). */
const MAX_BATCH = 100;
const LIST_PAGE = 100;
/** Clocks differ: what is as old as this before a call may still belong to it. */
const CLOCK_MARGIN_MS = 5 * 60_000;

/** What every method of the SDK resolves to; it never throws. */
interface Answer<Data> {
  readonly data: Data | null;
  readonly error: ResendError | null;
  readonly headers: Readonly<Record<string, string>> | null;
}

type Asked<Data> =
  | { readonly type: 'answered'; readonly data: Data }
  | { readonly type: 'failed'; readonly failure: Exclude<CallFailure, { type: 'wait' }> }
  | Extract<Outcome, { type: 'not_attempted' }>;

/** Sends through Resend's API, up to a hundred mails a call. */
export function createResendProvider(options: ResendOptions): BatchProvider & RemembersCalls & Reconciles {
  const { apiKey, baseUrl, from, tags, calendarMethod, pool, now } = options;
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  // Asked for at once, and only where it sends.
  const sdk = import('resend').then(({ Resend }) => new Resend(apiKey, baseUrl ? { baseUrl } : {}));
  const calls = createPermittedCalls({
    ...{ pool, provider: 'resend', connections: CONNECTIONS, now },
    ...timeouts,
  });
  const unreached = watchUnreached();

  /** Asks once there is a permit, and again after a while where we were too fast. */
  async function ask<Data>(
    priority: Priority,
    request: (signal: AbortSignal) => Promise<Answer<Data>>,
    mayLeave?: MayLeave,
  ): Promise<Asked<Data>> {
    const asked = await calls.ask<Exclude<Asked<Data>, { type: 'not_attempted' }>>(
      priority,
      async (signal) => {
        const { data, error, headers } = await once(request, signal);
        if (data !== null && !error) return { answer: { type: 'answered', data }, headers, isSuccess: true };
        const failure = resendFailure(
          error ?? { name: 'application_error', message: 'The answer was empty.', statusCode: null },
          headers,
          now(),
        );
        return failure.type === 'wait'
          ? { headers, retryInSeconds: failure.seconds }
          : { answer: { type: 'failed', failure }, headers, isSuccess: false };
      },
      mayLeave,
    );
    return asked.type === 'answered' ? asked.answer : asked;
  }

  async function once<Data>(
    request: (signal: AbortSignal) => Promise<Answer<Data>>,
    signal: AbortSignal,
  ): Promise<Answer<Data>> {
    try {
      return await request(signal);
    } catch (error) {
      // The SDK does not throw; should it ever do, nobody knows whether the call was taken.
      const message = error instanceof Error ? error.message : String(error);
      return { data: null, error: { name: 'application_error', message, statusCode: null }, headers: null };
    }
  }

  async function call({ id, priority, mails, mayLeave }: Call): Promise<CallResult> {
    let payload: ReturnType<typeof resendMail>[];
    const attach = attachesFiles(mails, priority);
    const each = (outcome: Outcome): CallResult => ({ type: 'outcomes', outcomes: mails.map(() => outcome) });
    try {
      payload = mails.map((mail) => resendMail(mail, { from, tags, attach, calendarMethod }));
    } catch (error) {
      const message = `The mail could not be written: ${(error as Error).message}`;
      return each(mails.length === 1 ? { type: 'failed', error: message } : alone(message));
    }
    const [single] = payload;
    unreached.begin(id);
    const asked =
      attach && single
        ? await ask(
            priority,
            async (signal) => {
              const resend = await sdk;
              const answer = await resend.emails.send(single, { idempotencyKey: id, signal });
              return { ...answer, data: answer.data && { data: [answer.data], errors: undefined } };
            },
            mayLeave,
          )
        : await ask(
            priority,
            async (signal) => {
              const resend = await sdk;
              return resend.batch.send(payload, {
                idempotencyKey: id,
                batchValidation: 'permissive',
                signal,
              });
            },
            mayLeave,
          );
    const why = unreached.end(id);
    if (asked.type === 'answered')
      return { type: 'outcomes', outcomes: batchOutcomes(mails.length, asked.data) };
    if (asked.type === 'not_attempted') return each(asked);
    const { failure } = asked;
    if (why !== null) return each({ type: 'retry', error: why, unanswered: true });
    if (failure.type === 'mismatch') return failure;
    return each(
      failure.type === 'bad_mail' && mails.length > 1 ? alone(failure.outcome.error) : failure.outcome,
    );
  }

  async function findSent(
    mails: readonly WantedMail[],
    since: Date,
  ): Promise<ReadonlyMap<string, FoundMail> | null> {
    const named = new Map(mails.map((mail) => [mail.providerMessageId, mail]));
    const wanted = Map.groupBy(
      mails.filter(({ providerMessageId }) => providerMessageId === null),
      ({ to, subject }) => `${to.toLowerCase()}\n${subject}`,
    );
    const found = new Map<string, FoundMail>();
    const oldest = since.getTime() - CLOCK_MARGIN_MS;
    const giveUpAt = performance.now() + timeouts.lookUpMs;
    let after: string | undefined;
    while (found.size < mails.length && performance.now() < giveUpAt) {
      const page = await ask('bulk', async (signal) =>
        (await sdk).emails.list({ limit: LIST_PAGE, ...(after && { after }) }, { signal }),
      );
      if (page.type !== 'answered') return null;
      for (const item of page.data.data) {
        const like = item.to.flatMap(
          (to) => wanted.get(`${bareAddress(to).toLowerCase()}\n${item.subject}`) ?? [],
        );
        const open = like.filter(({ messageId }) => !found.has(messageId));
        const match = named.get(item.id) ?? (open.length > 0 ? await whichOf(open, item) : undefined);
        if (match === null) return null;
        if (match)
          found.set(match.messageId, { providerMessageId: item.id, fact: resendEvent(item.last_event) });
      }
      const last = page.data.data.at(-1);
      if (!last || !page.data.has_more || Date.parse(last.created_at) < oldest) return found;
      after = last.id;
    }
    return found.size === mails.length ? found : null;
  }

  /** Which of the mails, alike in address and subject, this one of the provider's is: only its tags tell for certain. */
  async function whichOf(
    mails: readonly WantedMail[],
    item: { readonly id: string; readonly message_id?: string },
  ): Promise<WantedMail | null | undefined> {
    const named = mails.find(({ messageId }) => item.message_id?.includes(messageId));
    if (named) return named;
    const answer = await ask('bulk', async (signal) => (await sdk).emails.get(item.id, { signal }));
    if (answer.type !== 'answered') return null;
    const tag = answer.data.tags?.find(({ name }) => name === 'message_id')?.value;
    return mails.find(({ messageId }) => messageId === tag);
  }

  return {
    name: 'resend',
    takes: 'batch',
    capabilities: {
      maxBatch: MAX_BATCH,
      connections: CONNECTIONS,
      idempotencyKeys: true,
      reconciles: true,
      reportsDelivery: true,
      takesSignatures: false,
    },
    rememberedMs: REMEMBERED_MS,
    // It is asked a day later, or about a call that it knows.
    listedAfterMs: 0,
    divide(mails, priority) {
      const [single, many] = [
        mails.filter((mail) => attachesFiles([mail], priority)),
        mails.filter((mail) => !attachesFiles([mail], priority)),
      ];
      const groups = single.map((mail) => [mail]);
      // A call is refused as a whole where one of its mails comes from a domain that is not verified there.
      for (const together of Map.groupBy(many, ({ from }) => from && domainOf(from.address)).values())
        for (let i = 0; i < together.length; i += MAX_BATCH) groups.push(together.slice(i, i + MAX_BATCH));
      return groups;
    },
    call,
    findSent,
    async find(providerMessageId) {
      const answer = await ask('bulk', async (signal) =>
        (await sdk).emails.get(providerMessageId, { signal }),
      );
      if (answer.type === 'answered') return { providerMessageId, fact: resendEvent(answer.data.last_event) };
      const isMissing = answer.type === 'failed' && answer.failure.type === 'bad_mail';
      return isMissing ? 'not_found' : null;
    },
    async liftSuppression(address) {
      const answer = await ask('bulk', async (signal) =>
        (await sdk).suppressions.remove(address, { signal }),
      );
      if (answer.type === 'answered') return { type: 'lifted' };
      if (answer.type === 'not_attempted') return { type: 'failed', error: answer.error, again: true };
      return failedLift(answer.failure);
    },
    close() {
      unreached.close();
      return calls.close();
    },
  };
}

/** 404 is also what an account without this part of the API would get: only words about the address mean that it is not listed. */
function failedLift(failure: Extract<Asked<unknown>, { type: 'failed' }>['failure']): LiftResult {
  const error =
    failure.type !== 'mismatch' && 'error' in failure.outcome
      ? failure.outcome.error
      : 'The provider refused the call.';
  if (failure.type === 'bad_mail' && /suppression not found/i.test(error)) return { type: 'lifted' };
  const again = failure.type === 'outcome' && failure.outcome.type === 'outcome_unknown';
  return { type: 'failed', error, again };
}

/** A call for many takes no attachments: mails to many link to their calendar file instead. */
function attachesFiles(mails: readonly OutgoingMail[], priority: Priority): boolean {
  return priority === 'urgent' && mails.length === 1 && (mails[0]?.hasAttachments ?? false);
}

function alone(error: string): Outcome {
  return { type: 'alone', error };
}

interface BatchAnswer {
  readonly data: readonly { readonly id: string }[];
  readonly errors?: readonly { readonly index: number; readonly message: string }[] | undefined;
}

/**
 * One outcome a mail. With permissive validation the answer names what it refused by its place; the ids of the others
 * stand in their order, closed up (resend.com/docs/api-reference/emails/send-batch-emails).
 */
export function batchOutcomes(count: number, { data, errors = [] }: BatchAnswer): Outcome[] {
  const refused = new Map(errors.map(({ index, message }) => [index, message]));
  const closedUp = data.length === count - refused.size;
  let next = 0;
  return Array.from({ length: count }, (_, i): Outcome => {
    const message = refused.get(i);
    if (message !== undefined) return refusedItem(message);
    const id = data[closedUp ? next++ : i]?.id;
    return id
      ? { type: 'accepted', providerMessageId: id }
      : {
          type: 'outcome_unknown',
          error: 'The provider took the call, but did not say what became of this mail.',
        };
  });
}

function bareAddress(text: string): string {
  return /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text.trim();
}
