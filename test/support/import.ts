import { API_KEY, type TestApp } from './app.ts';

const encoder = new TextEncoder();

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** Sends a file to an event's import, as a program does it. */
export function importInto(app: TestApp) {
  return async function send(
    eventId: string,
    body: Body | null,
    options: { query?: string; headers?: Record<string, string> } = {},
  ) {
    return app.request(`/api/v1/events/${eventId}/registrants/import${options.query ?? ''}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'text/csv', ...options.headers },
      body,
      ...(body instanceof ReadableStream && { duplex: 'half' }),
    });
  };
}

/** A file in the pieces that `pieces` gives, as they are asked for. */
export function streamOf(pieces: Iterable<string>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.iterator]();
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
}
