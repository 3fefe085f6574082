import { z } from 'zod';
import { SAMPLE_SLUG } from '../src/domain/sample.ts';

const WEEK = 7 * 24 * 3600_000;
const HOUR = 3600_000;

const eventShape = z.object({ id: z.string(), permalink: z.string(), slug: z.string(), endsAt: z.string() });
const listShape = z.object({ items: z.array(eventShape), nextCursor: z.string().nullable() });
type SampleEvent = z.infer<typeof eventShape>;

/**
 * Makes sure there is an event to play with, a week ahead, and returns it. It is made through the
 * API, as anyone would make one; one whose time has passed is moved a week ahead again.
 */
export async function ensureSampleEvent(
  serverUrl: string,
  apiKey: string,
  now: Date,
): Promise<Pick<SampleEvent, 'id' | 'permalink'>> {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(new URL(path, serverUrl), {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok)
      throw new Error(
        `The sample event: ${method} ${path} answered ${answer.status}: ${await answer.text()}`,
      );
    return answer.json();
  };
  // On the hour, as people plan.
  const startsAt = new Date(Math.ceil((now.getTime() + WEEK) / HOUR) * HOUR);
  const times = {
    startsAt: startsAt.toISOString(),
    endsAt: new Date(startsAt.getTime() + HOUR).toISOString(),
  };
  const existing = await findEvent(call);
  if (existing) {
    if (new Date(existing.endsAt) < now) await call('PATCH', `/api/v1/events/${existing.id}`, times);
    return existing;
  }
  const event = {
    ...times,
    title: 'Designing calm software',
    slug: SAMPLE_SLUG,
    listed: true,
    description:
      'An hour with Ada on software that waits until it is asked. Register, and look into the inbox.',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    hostName: 'Ada',
    replyTo: 'host@example.com',
  };
  return eventShape.parse(await call('POST', '/api/v1/events', event));
}

async function findEvent(
  call: (method: string, path: string) => Promise<unknown>,
): Promise<SampleEvent | null> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: z.infer<typeof listShape> = listShape.parse(
      await call('GET', `/api/v1/events?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`),
    );
    const found = page.items.find((event) => event.slug === SAMPLE_SLUG);
    if (found) return found;
    cursor = page.nextCursor;
  }
  return null;
}
