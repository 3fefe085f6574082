import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Action, EventName, LoadPlan } from './load-plan.ts';
import type { MaybeFanOut, PromisedFanOut, PromisedMail } from './records.ts';

/** A request that has no answer by then counts as unanswered. */
const PATIENCE_MS = 30_000;
/** How often, and after how long, a client registers again under the same Idempotency-Key where it got no answer. */
const MOST_TRIES = 5;
const TRY_AGAIN_MS = 2_000;

export interface EventOfRun {
  readonly id: string;
  readonly slug: string;
}
export type EventsOfRun = Readonly<Record<EventName, EventOfRun>> & {
  readonly fanOuts: readonly EventOfRun[];
};

/** What became of a request. `unknown`: it was answered with a 5xx, or its answer was lost, so it may have been done. */
type Answer =
  | { readonly is: 'success'; readonly status: number; readonly json: unknown }
  | { readonly is: 'refused'; readonly status: number; readonly text: string }
  | { readonly is: 'unknown' };

export interface LoadRecord {
  readonly promised: PromisedMail[];
  readonly fanOuts: PromisedFanOut[];
  readonly maybe: string[];
  readonly maybeFanOuts: MaybeFanOut[];
  /** By what was done: how often it succeeded, was refused, or nobody knows. */
  readonly counts: Map<string, { success: number; refused: number; unknown: number }>;
  /** The words of refusals (4xx) that nobody expects of this load. */
  readonly refusals: Set<string>;
}

export function newLoadRecord(): LoadRecord {
  return { promised: [], fanOuts: [], maybe: [], maybeFanOuts: [], counts: new Map(), refusals: new Set() };
}

/** Does what the plan says when it says so, and notes what the answers promise; resolves when all are answered. */
export async function runLoad(options: {
  readonly plan: LoadPlan;
  readonly serverUrl: string;
  readonly apiKey: string;
  readonly events: EventsOfRun;
  readonly record: LoadRecord;
  readonly now: () => number;
  readonly untilMs: (atMs: number) => Promise<void>;
}): Promise<void> {
  const { plan, serverUrl, apiKey, events, record, now, untilMs } = options;
  const registered = new Set<string>();
  let visitors = 0;

  const running: Promise<void>[] = [];
  for (const action of plan.actions) {
    await untilMs(action.atMs);
    running.push(perform(action));
  }
  await Promise.all(running);

  async function perform(action: Action): Promise<void> {
    switch (action.does) {
      case 'registers over the API': {
        const { email, event } = action;
        const path = `/api/v1/events/${events[event].id}/registrants`;
        promise(action, await persistently(path, JSON.stringify({ email })), email, 'confirmation');
        return;
      }
      case 'fills in the form': {
        const { email, as } = action;
        const [type, body] =
          as === 'json'
            ? ['application/json', JSON.stringify({ email })]
            : ['application/x-www-form-urlencoded', new URLSearchParams({ email }).toString()];
        const answer = await post(`/e/${events.steady.slug}/register`, body, visitor(type));
        promise(action, answer, email, 'confirmation');
        return;
      }
      case 'asks for the link': {
        const { email } = action;
        const path = `/e/${events.steady.slug}/access-link`;
        // The answer is the same for everybody; a link comes only to who is registered.
        const isRegistered = registered.has(email);
        const answer = await post(path, JSON.stringify({ email }), visitor('application/json'));
        if (isRegistered) promise(action, answer, email, 'self_serve_link');
        else note(action, { is: 'unknown' }, `${email} self_serve_link`);
        return;
      }
      case 'signs in': {
        const { email } = action;
        const form = visitor('application/x-www-form-urlencoded');
        const answer = await post('/team/sign-in', new URLSearchParams({ email }).toString(), form);
        promise(action, answer, email, 'sign_in');
        return;
      }
      case 'imports': {
        const { emails } = action;
        const path = `/api/v1/events/${fanOutEvent(action.fanOut)}/registrants/import?sendConfirmation=true`;
        const answer = await post(path, `email\n${emails.join('\n')}\n`, client('text/csv'));
        note(action, answer);
        for (const email of emails) {
          if (answer.is === 'success') wanted(email, 'confirmation');
          else if (answer.is === 'unknown') record.maybe.push(`${email} confirmation`);
        }
        return;
      }
      case 'sends to all': {
        const eventId = fanOutEvent(action.fanOut);
        const body = JSON.stringify({ emailStatus: ['sent', 'delivered'] });
        const answer = await post(`/api/v1/events/${eventId}/resend`, body, client('application/json'));
        note(action, answer);
        if (answer.is === 'success') {
          const { queued } = answer.json as { queued: number };
          record.fanOuts.push({ eventId, kind: 'access_link', count: queued });
        } else if (answer.is === 'unknown') record.maybeFanOuts.push({ eventId, kind: 'access_link' });
        return;
      }
    }
  }

  function fanOutEvent(number: number): string {
    const event = events.fanOuts[number];
    if (!event) throw new Error(`The run has no event ${number} to import people into.`);
    return event.id;
  }

  function promise(action: Action, answer: Answer, email: string, kind: string): void {
    note(action, answer, `${email} ${kind}`);
    // A worker takes what the form sends, perhaps after it has looked for whoever asks for the link: the confirmation has it then.
    if (answer.is === 'success') wanted(email, kind, action.does !== 'fills in the form');
  }

  function wanted(email: string, kind: string, isRegistered = true): void {
    if (kind === 'confirmation' && isRegistered) registered.add(email);
    record.promised.push({ to: email, kind, atMs: now() });
  }

  function note({ does }: Action, answer: Answer, maybe?: string): void {
    const counts = record.counts.get(does) ?? { success: 0, refused: 0, unknown: 0 };
    record.counts.set(does, counts);
    counts[answer.is]++;
    if (answer.is === 'unknown' && maybe) record.maybe.push(maybe);
    if (answer.is === 'refused') record.refusals.add(`${does}: ${answer.status} ${answer.text}`);
  }

  /** As a good client does: again under the same key until it has an answer. */
  async function persistently(path: string, body: string): Promise<Answer> {
    const headers = { ...client('application/json'), 'idempotency-key': randomUUID() };
    for (let tries = 1; ; tries++) {
      const answer = await post(path, body, headers);
      if (answer.is !== 'unknown' || tries === MOST_TRIES) return answer;
      await delay(TRY_AGAIN_MS);
    }
  }

  function client(type: string): Record<string, string> {
    return { authorization: `Bearer ${apiKey}`, 'content-type': type };
  }

  /** Each from an address of their own: limits count by it. */
  function visitor(type: string): Record<string, string> {
    const n = ++visitors;
    return { 'content-type': type, 'x-forwarded-for': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` };
  }

  async function post(path: string, body: string, headers: Record<string, string>): Promise<Answer> {
    try {
      const answer = await fetch(serverUrl + path, {
        ...{ method: 'POST', body, headers, redirect: 'manual' },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await answer.text();
      const { status } = answer;
      if (status >= 500) return { is: 'unknown' };
      if (status >= 400) return { is: 'refused', status, text: text.slice(0, 200) };
      const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
      return { is: 'success', status, json: isJson ? JSON.parse(text) : null };
    } catch {
      return { is: 'unknown' };
    }
  }
}
