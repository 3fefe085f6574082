import { insertEvent } from '../../src/db/event.ts';
import { allowing, type Pool } from '../../src/db/pool.ts';
import { EVENT_DEFAULTS, type Event } from '../../src/domain/event.ts';
import { deliver } from '../../src/queue/jobs.ts';
import { BenchError } from './bench-error.ts';
import type { BenchDatabase } from './lab.ts';

const HOUR = 3_600_000;
/** Messages a delivery job carries. */
const BATCH = 100;

/** An event a week ahead, so that nothing is too late to be sent. */
export async function seedEvent(pool: Pool, slug: string): Promise<Event> {
  const startsAt = new Date(Date.now() + 7 * 24 * HOUR);
  const event = await insertEvent(
    pool,
    {
      slug,
      title: 'Designing calm software',
      ...EVENT_DEFAULTS,
      description: 'An hour with Ada on software that waits until it is asked.',
      startsAt,
      endsAt: new Date(startsAt.getTime() + HOUR),
      timeZone: 'Europe/Paris',
      hostName: 'Ada Lovelace',
      replyTo: 'host@example.com',
      reminderMinutes: [],
    },
    new Date(),
  );
  if (!event) throw new BenchError(`There is an event ${slug} already.`);
  return event;
}

/**
 * `count` people called `<prefix><number>@example.com`, in a handful of time zones, who have had their confirmation:
 * the status of an address that is known already does not change with every mail.
 */
export async function seedRegistrants(
  pool: Pool,
  eventId: string,
  { count, prefix }: { readonly count: number; readonly prefix: string },
): Promise<void> {
  await allowing(pool, 'event').query(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, locale, time_zone, access_key, email_status,
                             email_status_at)
     select $1::uuid, $2 || n || '@example.com',
            (array['Ada', 'Grace', 'Margaret', 'Radia', 'Barbara', 'Katherine'])[1 + n % 6],
            (array['Hopper', 'Hamilton', 'Perlman', 'Liskov', 'Johnson'])[1 + n % 5],
            'en', (array[null, 'Europe/Paris', 'America/New_York', 'Asia/Tokyo'])[1 + n % 4],
            left(md5($1::uuid::text || n), 22), 'sent', now()
     from generate_series(1, $3) n`,
    [eventId, prefix, count],
  );
}

/** An access link to every registrant of the event on its way, in the bulk priority: rows only. Returns their ids. */
export async function seedMessages(pool: Pool, event: Event): Promise<string[]> {
  const { rows } = await allowing(pool, 'event').query<{ id: string }>(
    `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, expires_at)
     select event_id, id, 'access_link', 'resend:bench', 'bulk', $2 from {schema}.registrant
     where event_id = $1 order by id
     returning id`,
    [event.id, event.endsAt],
  );
  return rows.map(({ id }) => id);
}

/** `count` mails waiting for a worker: an event, its registrants, the messages and their jobs. */
export async function seedDelivery(database: BenchDatabase, count: number, slug = 'bench'): Promise<Event> {
  const event = await seedEvent(database.pool, slug);
  await seedRegistrants(database.pool, event.id, { count, prefix: 'bulk-' });
  await enqueueDelivery(database, event.id, await seedMessages(database.pool, event));
  return event;
}

/** The jobs that a fan-out leaves. */
export async function enqueueDelivery(
  database: BenchDatabase,
  eventId: string,
  ids: readonly string[],
): Promise<void> {
  const batches: object[] = [];
  for (let i = 0; i < ids.length; i += BATCH)
    batches.push(deliver.bulk.payload.parse({ eventId, messageIds: ids.slice(i, i + BATCH) }));
  await database.enqueue(deliver.bulk.name, batches);
}
