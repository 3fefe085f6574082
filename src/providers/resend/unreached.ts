import diagnostics from 'node:diagnostics_channel';

/** What a connection that never came about ends with. All else may befall a call that is on its way. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
const CHANNEL = 'undici:request:error';

interface FailedRequest {
  /** Names and values by turns. */
  readonly request: { readonly headers: readonly unknown[] };
  readonly error: Error & { readonly code?: string };
}

/**
 * Which calls never reached the provider. The SDK says of them what it says of an answer that was lost; Node's own `fetch` tells why
 * a request failed. Where it should tell nothing any more, all such calls count as lost answers again.
 */
export function watchUnreached() {
  /** Calls under way, by idempotency key; null: nothing kept it from being handed over. */
  const calls = new Map<string, string | null>();
  const note = (message: unknown) => {
    const { request, error } = message as FailedRequest;
    if (!NEVER_CONNECTED.has(error.code ?? '')) return;
    const at = request.headers.findIndex((name) => String(name).toLowerCase() === 'idempotency-key');
    const key = String(request.headers[at + 1]);
    if (at >= 0 && calls.has(key)) calls.set(key, error.message || (error.code ?? ''));
  };
  diagnostics.subscribe(CHANNEL, note);
  return {
    /** A call with this key is about to be made. */
    begin: (key: string) => void calls.set(key, null),
    /** Why it never reached the provider; null: it may have. */
    end(key: string): string | null {
      const why = calls.get(key) ?? null;
      calls.delete(key);
      return why;
    },
    close: () => void diagnostics.unsubscribe(CHANNEL, note),
  };
}
