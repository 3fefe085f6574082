import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { migrateQueue } from '../../src/queue/boss.ts';
import { deliver, fanOut, JOBS } from '../../src/queue/jobs.ts';
import { databaseForFile } from '../support/database.ts';

const { config } = await databaseForFile();
const client = new pg.Client(config.url);
await client.connect();
const boss = new PgBoss({
  connectionString: config.url,
  schema: config.jobsSchema,
  migrate: false,
  supervise: false,
  schedule: false,
});
await boss.start();
afterAll(async () => {
  await boss.stop({ graceful: false });
  await client.end();
});

const OLD_QUEUES = ['deliver-now', 'sweep', 'look-up'];
const messages = () => ({ messageIds: [randomUUID(), randomUUID()] });
const TOMORROW = new Date(Date.now() + 86_400_000);

/** The queues that version 0.2.0 had and this one has not, with their schedules. */
beforeEach(async () => {
  await client.query(`delete from ${config.jobsSchema}.job`);
  for (const name of OLD_QUEUES)
    await boss.createQueue(name, { retryLimit: 100, retryDelay: 1, heartbeatSeconds: 10 });
  for (const name of ['sweep', 'look-up']) await boss.schedule(name, '* * * * *');
});

interface Job {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly data: unknown;
  readonly start_after: Date;
  readonly created_on: Date;
  readonly retry_count: number;
  readonly heartbeat_on: Date | null;
}

async function jobs(): Promise<Job[]> {
  const { rows } = await client.query<Job>(
    `select id, name, state, data, start_after, created_on, retry_count, heartbeat_on
     from ${config.jobsSchema}.job order by id`,
  );
  return rows;
}

/** A job that waits, one for later, one that is tried again and one that a worker has in hand. */
async function fourJobs(): Promise<void> {
  await boss.send('deliver-now', messages());
  await boss.fetch('deliver-now');
  const retried = await boss.send('deliver-now', messages());
  await boss.fetch('deliver-now');
  if (retried) await boss.fail('deliver-now', retried);
  await boss.send('deliver-now', messages());
  await boss.send('deliver-now', messages(), { startAfter: TOMORROW });
}

async function queues(): Promise<string[]> {
  return (await boss.getQueues()).map(({ name }) => name);
}

describe('jobs of version 0.2.0', () => {
  it('that deliver urgent mails go on in the queue of today, in whatever state they are, at their time', async () => {
    await fourJobs();
    const before = await jobs();
    expect(before.map(({ state }) => state).sort()).toEqual(['active', 'created', 'created', 'retry']);
    await migrateQueue(config);
    expect(await jobs()).toEqual(before.map((job) => ({ ...job, name: deliver.urgent.name })));
    for (const { data } of await jobs()) deliver.urgent.payload.parse(data);
    // A worker takes those that wait.
    expect(await boss.fetch(deliver.urgent.name, { batchSize: 10, ignoreStartAfter: true })).toHaveLength(3);
  });

  it('that a dead worker had in hand are taken by another one', async () => {
    await boss.send('deliver-now', messages());
    await boss.fetch('deliver-now');
    await migrateQueue(config);
    await client.query(`update ${config.jobsSchema}.job set heartbeat_on = now() - interval '1 minute'`);
    await boss.supervise(deliver.urgent.name);
    expect((await jobs()).map(({ name, state }) => [name, state])).toEqual([[deliver.urgent.name, 'retry']]);
  });

  it.each([
    ['now', 'urgent'],
    ['bulk', 'bulk'],
  ])(
    'that are left of a fan-out of lane %s say what they said in the words of today',
    async (lane, priority) => {
      const rest = {
        eventId: randomUUID(),
        kind: 'reminder' as const,
        selection: { all: true as const },
        quietSince: null,
        registeredBefore: TOMORROW.toISOString(),
        expiresAt: TOMORROW.toISOString(),
        about: { reminder: { minutesBefore: 60, startsAt: TOMORROW.toISOString() } },
        revision: 3,
        after: randomUUID(),
        slices: 4,
      };
      await boss.send(fanOut.name, { ...rest, occurrence: 'now', lane }, { startAfter: TOMORROW });
      const current = { ...rest, dueAt: null, dedupeKey: 'now', priority };
      await boss.send(fanOut.name, current);
      await migrateQueue(config);
      const after = await jobs();
      expect(after.map(({ data }) => fanOut.payload.parse(data))).toEqual([current, current]);
      expect(after.map(({ data }) => ({ dueAt: null, ...(data as object) }))).toEqual([current, current]);
      expect(after.map((job) => job.start_after.getTime())).toContain(TOMORROW.getTime());
    },
  );

  it('that have ended, and those that nobody needs any more, go with their queues and schedules', async () => {
    const done = await boss.send('deliver-now', messages());
    await boss.fetch('deliver-now');
    if (done) await boss.complete('deliver-now', done);
    for (const name of ['sweep', 'look-up']) await boss.send(name, {});
    expect(await queues()).toEqual(expect.arrayContaining(OLD_QUEUES));
    await migrateQueue(config);
    expect((await queues()).sort()).toEqual(JOBS.map(({ name }) => name).sort());
    expect(await boss.getSchedules()).toEqual([]);
    expect(await jobs()).toEqual([]);
  });

  it('are taken over once, whoever migrates at the same time or again', async () => {
    await fourJobs();
    await Promise.all([migrateQueue(config), migrateQueue(config), migrateQueue(config)]);
    await migrateQueue(config);
    expect((await jobs()).map(({ name }) => name)).toEqual(Array(4).fill(deliver.urgent.name));
  });

  it('are all there still when a migration fails half way', async () => {
    await fourJobs();
    const before = await jobs();
    const schema = config.jobsSchema;
    await client.query(`
      create function ${schema}.refuse() returns trigger language plpgsql as $$ begin raise 'not now'; end $$;
      create trigger refuse before delete on ${schema}.queue for each row when (old.name = 'look-up')
        execute function ${schema}.refuse()`);
    await expect(migrateQueue(config)).rejects.toThrow('not now');
    expect(await jobs()).toEqual(before);
    await client.query(`drop trigger refuse on ${schema}.queue`);
    await migrateQueue(config);
    expect(await jobs()).toEqual(before.map((job) => ({ ...job, name: deliver.urgent.name })));
  });

  it('that a server of that version adds during the migration fail with all that belongs to them', async () => {
    const server = new pg.Client(config.url);
    await server.connect();
    const db = { executeSql: (text: string, values?: unknown[]) => server.query(text, values) };
    await server.query('begin');
    await boss.send('deliver-now', messages(), { db });
    await migrateQueue(config);
    await expect(server.query('commit')).rejects.toThrow('violates foreign key');
    await server.end();
    expect(await jobs()).toEqual([]);
  });
});
