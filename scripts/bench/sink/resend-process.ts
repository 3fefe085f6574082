/** The tests' stand-in of Resend, keeping no bodies, and counting. Asked and told over the IPC channel. */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { openResendStandIn, type ResendStandIn } from '../../../test/support/resend-stand-in.ts';
import { monotonicMs } from '../clock.ts';
import type { ResendCount, ResendSinkAnswers, ResendSinkAsk, ResendSinkOptions } from './resend-requests.ts';

let run: Run | null = null;

class Run {
  readonly #standIn: ResendStandIn;
  readonly #sample: Buffer[] = [];
  readonly #ids = new Set<string>();
  readonly #calls = new Set<string | null>();
  #seenMails = 0;
  #seenRequests = 0;
  #tooMany = 0;
  #begun = 0;
  #answered = 0;
  #mostUnderWay = 0;
  #startedAt: number | null = null;
  #lastAnsweredAt: number | null = null;

  constructor(standIn: ResendStandIn) {
    this.#standIn = standIn;
  }

  requestStarts(request: IncomingMessage): void {
    this.#startedAt ??= monotonicMs();
    if (this.#begun++ === 0) request.on('data', (chunk: Buffer) => this.#sample.push(chunk));
    this.#mostUnderWay = Math.max(this.#mostUnderWay, this.#begun - this.#answered);
  }

  answerIsOut(): void {
    this.#answered++;
    this.#lastAnsweredAt = monotonicMs();
  }

  /** Looks at what is new only: it is asked many times a second. */
  count(): ResendCount {
    const { accepted, requests } = this.#standIn;
    for (const { tags, idempotencyKey } of accepted.slice(this.#seenMails)) {
      this.#ids.add(tags.message_id ?? '');
      this.#calls.add(idempotencyKey);
    }
    this.#seenMails = accepted.length;
    this.#tooMany += requests.slice(this.#seenRequests).filter(({ status }) => status === 429).length;
    this.#seenRequests = requests.length;
    return {
      accepted: accepted.length,
      unique: this.#ids.size,
      calls: this.#calls.size,
      tooMany: this.#tooMany,
      mostUnderWay: this.#mostUnderWay,
      startedAt: this.#startedAt,
      firstAcceptedAt: accepted[0]?.at ?? null,
      lastAcceptedAt: accepted.at(-1)?.at ?? null,
      lastAnsweredAt: this.#lastAnsweredAt,
    };
  }

  get sample(): Buffer | null {
    return this.#sample.length > 0 ? Buffer.concat(this.#sample) : null;
  }

  close(): Promise<void> {
    return this.#standIn.close();
  }
}

/** An account of its own each time: nobody's limit or keys are left from before. */
async function begin(options: ResendSinkOptions): Promise<string> {
  await run?.close();
  // The clock that the benchmarks measure with, so that `at` says something to them.
  const standIn = await openResendStandIn({ ...options, now: monotonicMs, keepBodies: false });
  run = new Run(standIn);
  return standIn.url;
}

// Below the stand-in, where a request is seen as soon as its first bytes are here.
subscribe('http.server.request.start', (message) =>
  run?.requestStarts((message as { request: IncomingMessage }).request),
);
subscribe('http.server.response.finish', () => run?.answerIsOut());

async function answer(request: ResendSinkAsk): Promise<ResendSinkAnswers[keyof ResendSinkAnswers]> {
  if (request.ask === 'begin') return begin(request.options);
  if (!run) throw new Error('There is no stand-in before `begin`.');
  return request.ask === 'count' ? run.count() : run.sample;
}

process.on('message', async ({ id, ...request }: ResendSinkAsk & { id: number }) => {
  process.send?.({ id, value: await answer(request) });
});
// Whoever started us is gone.
process.on('disconnect', () => process.exit());
process.send?.('ready');
