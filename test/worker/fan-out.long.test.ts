import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { continueFanOut, type FanOut, fanOut } from '../../src/actions/fan-out.ts';
import { findEvent } from '../../src/db/event.ts';
import { type Pool, transaction } from '../../src/db/pool.ts';
import type { Event } from '../../src/domain/event.ts';
import { startBoss } from '../../src/queue/boss.ts';
import { type FanOutRest, fanOut as fanOutJob } from '../../src/queue/jobs.ts';
import { registerFanOut } from '../../worker/jobs/fan-out.ts';
import { openApp } from '../support/app.ts';
import { HANGS_AFTER_MS } from '../support/hang-guard.ts';

const app = await openApp();
const { pool, boss } = app;
/** One more than a slice, and than two. */
const [TWO_SLICES, THREE_SLICES] = [5_001, 10_001];

async function eventWith(people: number): Promise<Event> {
  const { id } = await app.event();
  await pool.query(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, registered_at)
     select $1, 'p' || n || '@example.com', 'Ada', '', 'key' || n, now() - n % 7 * interval '1 us'
     from generate_series(1, $2::int) n`,
    [id, people],
  );
  return (await findEvent(pool, { id })) as Event;
}

const context = (db: Parameters<Parameters<typeof transaction>[1]>[0]) => ({ db, boss, now: app.clock.now });

async function begin(event: Event, mail: Partial<FanOut> = {}) {
  const what = { event, kind: 'access_link', dedupeKey: 'test', selection: { all: true }, ...mail } as const;
  await transaction(pool, (db) => fanOut(context(db), what));
}

const takeJob = (job: { id: string; data: FanOutRest }, size?: number) =>
  transaction(pool, (db) => continueFanOut(context(db), job.data, job.id, size));

/** The jobs for the next slices of an event that nobody has taken. */
async function waiting(event: Event): Promise<{ id: string; data: FanOutRest }[]> {
  const { rows } = await pool.query(
    `select id, data from {jobs}.job where name = $1 and data->>'eventId' = $2 and state = 'created'`,
    [fanOutJob.name, event.id],
  );
  return rows.map(({ id, data }) => ({ id, data: fanOutJob.payload.parse(data) }));
}

/** Takes slices until nothing is left, as a worker does. Returns how many there were. */
async function takeAll(event: Event): Promise<number> {
  for (let slices = 0; ; slices++) {
    const jobs = await waiting(event);
    if (jobs.length === 0) return slices;
    for (const job of jobs) {
      await takeJob(job);
      await pool.query(`update {jobs}.job set state = 'completed' where name = $1 and id = $2`, [
        fanOutJob.name,
        job.id,
      ]);
    }
  }
}

/** What the ledger and the delivery jobs hold for an event. */
async function ledger(event: Event, on: Pool = pool) {
  const { rows } = await on.query(
    `with message as (select id, registrant_id from {schema}.message where event_id = $1),
       job as (select data->'messageIds' as ids from {jobs}.job where name = 'deliver-bulk'),
       asked as (select id::uuid, jsonb_array_length(ids) as size from job, jsonb_array_elements_text(ids) as id
                 where id::uuid in (select id from message))
     select (select count(*) from message) as messages,
       (select count(distinct registrant_id) from message) as people,
       (select count(*) from asked) as asked,
       (select count(distinct id) from asked) as "askedOnce",
       (select coalesce(max(size), 0) from asked) as "largestJob"`,
    [event.id],
  );
  return rows[0];
}

const whole = (people: number) => ({
  messages: people,
  people,
  asked: people,
  askedOnce: people,
  largestJob: Math.min(people, 100),
});

describe('a fan-out', () => {
  it('puts the first slice into the ledger at once, and the others slice by slice', async () => {
    const event = await eventWith(THREE_SLICES);
    await begin(event);
    expect((await ledger(event)).messages).toBe(5_000);
    expect(await takeAll(event)).toBe(2);
    expect(await ledger(event)).toEqual(whole(THREE_SLICES));
  });

  it('ends where a slice is exactly full', async () => {
    const event = await eventWith(5_000);
    await begin(event);
    await takeAll(event);
    expect(await ledger(event)).toEqual(whole(5_000));
  });

  it('goes on from where it is with slices of any size', async () => {
    const event = await eventWith(5_300);
    await begin(event);
    for (const size of [50, 1, 149]) {
      const [job] = await waiting(event);
      if (!job) throw new Error('nothing to go on with');
      await takeJob(job, size);
      await pool.query('delete from {jobs}.job where name = $1 and id = $2', [fanOutJob.name, job.id]);
    }
    expect((await ledger(event)).messages).toBe(5_200);
    await takeAll(event);
    expect(await ledger(event)).toEqual(whole(5_300));
  });

  it('that fails in the middle of a slice leaves nothing of it, and goes on from there', async () => {
    const event = await eventWith(TWO_SLICES);
    await begin(event);
    const [job] = await waiting(event);
    if (!job) throw new Error('nothing to go on with');
    await expect(
      transaction(pool, async (db) => {
        await continueFanOut(context(db), job.data, job.id);
        throw new Error('killed before the commit');
      }),
    ).rejects.toThrow('killed');
    expect((await ledger(event)).messages).toBe(5_000);
    expect(await waiting(event)).toEqual([job]);
    await takeAll(event);
    expect(await ledger(event)).toEqual(whole(TWO_SLICES));
  });

  it('whose slice runs twice, after a crash or at once, repeats nobody and starts no second chain', async () => {
    const event = await eventWith(THREE_SLICES);
    await begin(event);
    const [job] = await waiting(event);
    if (!job) throw new Error('nothing to go on with');
    await takeJob(job);
    await Promise.all([takeJob(job), takeJob(job)]);
    expect((await ledger(event)).messages).toBe(10_000);
    expect(await waiting(event)).toHaveLength(2);
    await takeAll(event);
    expect(await ledger(event)).toEqual(whole(THREE_SLICES));
  });

  it('begun twice at once reaches everybody once', async () => {
    const event = await eventWith(TWO_SLICES);
    await Promise.all([begin(event), begin(event)]);
    await takeAll(event);
    expect(await ledger(event)).toEqual(whole(TWO_SLICES));
  });

  it('begun again later adds those who are missing', async () => {
    const event = await eventWith(10);
    await begin(event);
    await app.api('POST', `/events/${event.id}/registrants`, {
      email: 'late@example.com',
      sendConfirmation: false,
    });
    await begin(event);
    expect((await ledger(event)).people).toBe(11);
  });

  it('leaves out the erased, and keeps to who was meant', async () => {
    const event = await eventWith(7_000);
    const { rows } = await pool.query('select id from {schema}.registrant where event_id = $1 order by id', [
      event.id,
    ]);
    const ids = rows.map(({ id }) => id as string);
    await app.api('DELETE', `/events/${event.id}/registrants/${ids[0]}`);
    await pool.query(`update {schema}.registrant set email_status = 'bounced' where id = any($1)`, [
      ids.slice(0, 6_000),
    ]);
    const named = ids.slice(0, 5_500);
    await begin(event, { dedupeKey: 'status', selection: { emailStatus: ['bounced'] } });
    await takeAll(event);
    expect((await ledger(event)).messages).toBe(5_999);
    await begin(event, { dedupeKey: 'named', selection: { registrantIds: [...named, randomUUID()] } });
    await takeAll(event);
    expect((await ledger(event)).messages).toBe(5_999 + 5_499);
    const other = await eventWith(1);
    await begin(other, { selection: { registrantIds: named } });
    expect((await ledger(other)).messages).toBe(0);
  });

  it.each([
    ['is cancelled', (event: Event) => app.api('POST', `/events/${event.id}/cancel`)],
    [
      'ended',
      (event: Event) =>
        app.api('PATCH', `/events/${event.id}`, {
          startsAt: '2020-01-01T10:00:00Z',
          endsAt: '2020-01-01T11:00:00Z',
        }),
    ],
  ])('stops once the event %s', async (_, change) => {
    const event = await eventWith(TWO_SLICES);
    await begin(event);
    await change(event);
    expect(await takeAll(event)).toBe(1);
    expect((await ledger(event)).messages).toBe(5_000);
  });

  it('is brought to its end by a worker', async () => {
    const event = await eventWith(THREE_SLICES);
    const working = await startBoss({
      database: app.config.database,
      pool,
      role: 'work',
      onError: () => undefined,
    });
    afterAll(() => working.stop({ graceful: true, timeout: HANGS_AFTER_MS }));
    await registerFanOut({ boss: working, pool, now: () => app.clock.now });
    await begin(event);
    await expect.poll(async () => (await ledger(event)).messages).toBe(THREE_SLICES);
    expect(await ledger(event)).toEqual(whole(THREE_SLICES));
  });
});
