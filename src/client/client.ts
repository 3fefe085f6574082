import createFetchClient, { type Client } from 'openapi-fetch';

/** A field of a request that was refused, and why. */
export interface FieldProblem {
  /** Dotted: `fields.company`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** What an operation answers where it does not do what it was asked (RFC 9457). */
export interface ApiProblem {
  /** Its name, like `urn:access-mail:not-found`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
}

/** An answer of the API that is a problem. */
export class AccessMailError extends Error {
  override readonly name = 'AccessMailError';
  readonly type: string;
  readonly status: number;
  readonly errors: readonly FieldProblem[];

  constructor({ type, status, detail, errors = [] }: ApiProblem) {
    super([detail, ...errors.map(({ path, message }) => `${path || 'body'} ${message}`)].join('\n'));
    this.type = type;
    this.status = status;
    this.errors = errors;
  }
}

export interface ClientOptions {
  /** Where access-mail runs, like `https://events.example.com`. */
  readonly url: string;
  readonly apiKey: string;
  /** Left out: the global one. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** How often a request is sent at most, where sending it again does no harm; 4 if left out. */
  readonly tries?: number;
}

/** Answers after which the same request may succeed. */
const TRY_AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Sending them twice is sending them once. A POST is one of them with its Idempotency-Key, which it always has here. */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'POST']);
const LONGEST_WAIT_S = 60;

/**
 * A typed client of the API, by openapi-fetch: `client.GET('/events/{id}', { params: { path: { id } } })`. It sends the API key, gives
 * each POST an Idempotency-Key, and sends a request again where the network or the server failed and that does no harm.
 */
export function createAccessMailClient<Paths extends object>({
  url,
  apiKey,
  fetch = globalThis.fetch,
  tries = 4,
}: ClientOptions): Client<Paths> {
  const client = createFetchClient<Paths>({
    baseUrl: `${url.replace(/\/+$/, '')}/api/v1`,
    fetch: (request) => sendAgain(request, fetch, tries),
  });
  client.use({
    onRequest({ request }) {
      request.headers.set('authorization', `Bearer ${apiKey}`);
      if (request.method === 'POST' && !request.headers.has('idempotency-key'))
        request.headers.set('idempotency-key', crypto.randomUUID());
      return request;
    },
  });
  return client;
}

async function sendAgain(
  request: Request,
  fetch: NonNullable<ClientOptions['fetch']>,
  tries: number,
): Promise<Response> {
  for (let tried = 1; ; tried++) {
    const isLast = tried >= tries;
    // A body can be sent once.
    const sent = isLast ? request : request.clone();
    try {
      const response = await fetch(sent);
      const mayRepeat = REPEATABLE.has(request.method) || response.status === 429;
      if (isLast || !mayRepeat || !TRY_AGAIN.has(response.status)) return response;
      await response.body?.cancel();
      await wait(secondsToWait(response, tried), request.signal);
    } catch (error) {
      if (isLast || request.signal.aborted || !REPEATABLE.has(request.method)) throw error;
      await wait(2 ** (tried - 1), request.signal);
    }
  }
}

function secondsToWait(response: Response, tried: number): number {
  const told = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(told) ? Math.min(Math.max(told, 0), LONGEST_WAIT_S) : 2 ** (tried - 1);
}

function wait(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, seconds * 1_000);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** What openapi-fetch resolves with. */
type Answer<Data> =
  | { readonly data: Data; readonly error?: never; readonly response: Response }
  | { readonly data?: never; readonly error: unknown; readonly response: Response };

/** What an operation gave; throws AccessMailError where it gave a problem: `await ok(client.GET('/events'))`. */
export async function ok<Data>(answer: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await answer;
  if (response.ok) return data as Data;
  throw new AccessMailError(isProblem(error) ? error : unnamed(response));
}

function isProblem(error: unknown): error is ApiProblem {
  return typeof error === 'object' && error !== null && 'type' in error && 'detail' in error;
}

/** Something between us and the server answered. */
function unnamed({ status, statusText }: Response): ApiProblem {
  return {
    type: 'about:blank',
    title: statusText,
    status,
    detail: `The answer was ${status} ${statusText}.`,
  };
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/**
 * All items of a list, page by page:
 * `everyItem((cursor) => ok(client.GET('/events', { params: { query: { cursor, limit: 200 } } })))`.
 */
export async function* everyItem<Item>(
  page: (cursor: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await page(cursor);
    yield* items;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}
