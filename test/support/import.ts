import { expect } from 'vitest';
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

/** Imports a file into an event of its own; gives the answer and the people, by address. */
export function importFileInto(app: TestApp) {
  const send = importInto(app);
  return async function importFile(
    body: Uint8Array<ArrayBuffer> | string,
    query = '',
    event: Record<string, unknown> = {},
  ) {
    const { id } = await app.event(event);
    const { status, json } = await send(id, body, { query });
    expect([status, json.errors]).toEqual([200, undefined]);
    const { json: list } = await app.api('GET', `/events/${id}/registrants?limit=200`);
    const people = (
      list.items as { email: string; firstName: string; lastName: string; accessKey: string }[]
    ).sort((a, b) => (a.email < b.email ? -1 : 1));
    const names = people.map(({ email, firstName, lastName }) => [email.split('@')[0], firstName, lastName]);
    return { ...json, people, names };
  };
}
