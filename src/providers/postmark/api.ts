/** What came back of a request, before anybody asks what it means. */
export type PostmarkAnswer =
  | {
      readonly type: 'answered';
      readonly status: number;
      /** Undefined where it is no JSON. */
      readonly body: unknown;
      readonly headers: Readonly<Record<string, string>>;
    }
  /** Nobody was reached: nothing was taken. */
  | { readonly type: 'unreachable'; readonly error: string }
  /** No answer came, or not all of it: the request may have been taken, or not. */
  | { readonly type: 'lost'; readonly error: string };

export interface PostmarkRequest {
  readonly method: 'GET' | 'POST';
  /** Below the base URL, with its query. */
  readonly path: string;
  readonly body?: string;
}

const BASE_URL = 'https://api.postmarkapp.com';

/**
 * Asks Postmark's API, over plain HTTP: its SDK (`postmark` 5.1) takes no signal that ends a request with the worker, hands on no header
 * (`Retry-After`), and makes the same error of a connection that was refused and of one that died with the mails on it. Never rejects.
 */
export function createPostmarkApi({
  serverToken,
  baseUrl,
}: {
  readonly serverToken: string;
  readonly baseUrl: string | null;
}): (request: PostmarkRequest, signal: AbortSignal) => Promise<PostmarkAnswer> {
  const base = (baseUrl ?? BASE_URL).replace(/\/+$/, '');
  return async ({ method, path, body }, signal) => {
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          'x-postmark-server-token': serverToken,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body }),
        // Followed, a POST would become a GET.
        redirect: 'manual',
        signal,
      });
      const text = await response.text();
      const headers = Object.fromEntries(response.headers);
      return { type: 'answered', status: response.status, body: parse(text), headers };
    } catch (error) {
      return noAnswer(error);
    }
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the connection failed at, where that was before anything could be said. */
const BEFORE = new Set(['connect', 'getaddrinfo']);
/** Errors that Node and undici give where no connection was made, or none that is to be trusted. */
const NOT_CONNECTED =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|E(?:HOST|NET)(?:UNREACH|DOWN)|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+|ERR_TLS_CERT\w*)$/;

function noAnswer(thrown: unknown): PostmarkAnswer {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const cause = (error.cause instanceof Error ? error.cause : error) as NodeJS.ErrnoException;
  const { code = '', syscall = '' } = cause;
  const words = cause.message || code || error.message;
  return BEFORE.has(syscall) || NOT_CONNECTED.test(code)
    ? { type: 'unreachable', error: `No connection to Postmark: ${words}` }
    : { type: 'lost', error: `Postmark gave no answer: ${words}` };
}
