import { describe, expect, it } from 'vitest';
import { AccessMailError, createAccessMailClient, everyItem, ok } from '../../src/client/client.ts';
import { API_KEY, openApp } from '../support/app.ts';

interface EventAnswer {
  readonly id: string;
  readonly title: string;
}

/** As much as these tests need of what is generated. */
interface Paths {
  '/events': {
    get: {
      parameters: { query?: { cursor?: string; limit?: number } };
      responses: {
        200: { content: { 'application/json': { items: EventAnswer[]; nextCursor: string | null } } };
      };
    };
    post: {
      requestBody: { content: { 'application/json': Record<string, unknown> } };
      responses: { 201: { content: { 'application/json': EventAnswer } } };
    };
  };
  '/events/{id}': {
    get: {
      parameters: { path: { id: string } };
      responses: { 200: { content: { 'application/json': EventAnswer } } };
    };
  };
}

const app = await openApp();
const NEW_EVENT = {
  ...{ title: 'Designing calm software', timeZone: 'Europe/Paris' },
  ...{ startsAt: '2032-01-15T17:00:00Z', endsAt: '2032-01-15T18:00:00Z' },
};

/** A client of the app, whose requests `before` may answer, or fail, in place of it. */
function open(
  before: (request: Request, tried: number) => Response | Promise<void> | undefined = () => undefined,
) {
  const sent: Request[] = [];
  const client = createAccessMailClient<Paths>({
    url: `${app.config.publicUrl}/`,
    apiKey: API_KEY,
    async fetch(request) {
      sent.push(request.clone());
      const answered = await before(request, sent.length);
      return answered ?? app.fetch(request.url, request);
    },
  });
  return { client, sent };
}

const seen = (status: number, headers: Record<string, string> = {}) =>
  new Response('busy', { status, headers });

describe('the client', () => {
  it('does what the API does, with its key', async () => {
    const { client } = open();
    const event = await ok(client.POST('/events', { body: NEW_EVENT }));
    const { title } = await ok(client.GET('/events/{id}', { params: { path: { id: event.id } } }));
    expect(title).toBe(NEW_EVENT.title);
  });

  it('throws a problem with its name and its fields', async () => {
    const { client } = open();
    const refused = await ok(
      client.POST('/events', { body: { ...NEW_EVENT, timeZone: 'Mars/Olympus' } }),
    ).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AccessMailError);
    expect(refused).toMatchObject({
      status: 422,
      type: 'urn:access-mail:invalid-input',
      errors: [{ path: 'timeZone' }],
    });
    const id = '00000000-0000-4000-8000-000000000000';
    await expect(ok(client.GET('/events/{id}', { params: { path: { id } } }))).rejects.toMatchObject({
      type: 'urn:access-mail:not-found',
    });
  });

  it('names an answer that is not the API’s by its status', async () => {
    const { client } = open(() => seen(418));
    await expect(ok(client.GET('/events'))).rejects.toMatchObject({ status: 418, type: 'about:blank' });
  });

  it('sends a POST again under the same key, and creates one event', async () => {
    const title = 'Once';
    const lost: { answer?: Response } = {};
    const { client, sent } = open(async (request, tried) => {
      if (tried > 1) return;
      // It arrived; its answer did not.
      lost.answer = await app.fetch(request.url, request);
      throw new TypeError('fetch failed');
    });
    const event = await ok(client.POST('/events', { body: { ...NEW_EVENT, title } }));
    expect(event).toEqual(await lost.answer?.json());
    const keys = sent.map(({ headers }) => headers.get('idempotency-key'));
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([429, 502, 503, 504])('waits as long as an answer %i says, and asks again', async (status) => {
    const { client, sent } = open((_, tried) =>
      tried < 3 ? seen(status, { 'retry-after': '0' }) : undefined,
    );
    await ok(client.GET('/events'));
    expect(sent).toHaveLength(3);
  });

  it('gives up after its tries, with the last answer', async () => {
    const { client, sent } = open(() => seen(503, { 'retry-after': '0' }));
    await expect(ok(client.GET('/events'))).rejects.toMatchObject({ status: 503 });
    expect(sent).toHaveLength(4);
  });

  it('goes through all pages of a list', async () => {
    const { client } = open();
    for (const title of ['A', 'B', 'C']) await ok(client.POST('/events', { body: { ...NEW_EVENT, title } }));
    const titles: string[] = [];
    for await (const { title } of everyItem((cursor) =>
      ok(client.GET('/events', { params: { query: { limit: 2, ...(cursor && { cursor }) } } })),
    ))
      titles.push(title);
    expect(titles.length).toBeGreaterThan(4);
    expect(titles).toEqual(expect.arrayContaining(['A', 'B', 'C']));
  });
});
