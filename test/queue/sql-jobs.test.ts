import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { transaction } from '../../src/db/pool.ts';
import { enqueueMessages } from '../../src/queue/boss.ts';
import { MESSAGES_PER_JOB } from '../../src/queue/jobs.ts';
import { openApp } from '../support/app.ts';
import { waitFor } from '../support/wait-for.ts';

// The functions in SQL add jobs without pg-boss: what they write must be what it writes, also after it is updated.

const app = await openApp();
const { pool, boss } = app;
const { schema, jobsSchema, url } = app.config.database;

/** Whatever is announced to workers on this database. */
const listener = new pg.Client(url);
await listener.connect();
afterAll(() => listener.end());
const told: string[] = [];
listener.on('notification', ({ payload }) => told.push(payload ?? ''));
const { rows: channels } = await listener.query<{ channel: string }>(
  `select 'pgboss_' || left(encode(sha224('${jobsSchema}'::bytea), 'hex'), 24) as channel`,
);
await listener.query(`listen ${channels[0]?.channel}`);

/** The jobs that `work` adds, all columns of them, and the queues that were announced at its commit. */
async function added(work: (db: pg.ClientBase) => Promise<unknown>) {
  await pool.query('delete from {jobs}.job');
  told.length = 0;
  await transaction(pool, work);
  const end = randomUUID();
  await pool.query(`select pg_notify('${channels[0]?.channel}', $1)`, [end]);
  await waitFor(() => expect(told).toContain(end));
  const { rows } = await pool.query<Record<string, unknown>>(
    'select job.*, tableoid::regclass::text as in_table from {jobs}.job order by data',
  );
  return { jobs: rows, told: told.filter((queue) => queue !== end) };
}

/** The job with what differs by itself made equal: its id, and how far its times are from when it was added. */
function comparable(job: Record<string, unknown>) {
  const createdOn = (job.created_on as Date).getTime();
  return {
    ...job,
    id: typeof job.id,
    start_after: (job.start_after as Date).getTime() - createdOn,
    keep_until: (job.keep_until as Date).getTime() - createdOn,
    created_on: null,
  };
}

const EVENT = randomUUID();
const ids = (count: number) => Array.from({ length: count }, () => randomUUID()).toSorted();

it.each([
  ['urgent', 1],
  ['urgent', MESSAGES_PER_JOB + 1],
  ['bulk', 1],
] as const)('%s jobs for %i messages are those of pg-boss, column for column', async (priority, count) => {
  const messageIds = ids(count);
  const bySql = await added((db) =>
    db.query('select {schema}.enqueue_messages($1, $2, $3)', [priority, EVENT, messageIds]),
  );
  const byBoss = await added((db) => enqueueMessages(boss, db, priority, EVENT, messageIds));
  expect(bySql.jobs).toHaveLength(Math.ceil(count / MESSAGES_PER_JOB));
  expect(bySql.jobs.map(comparable)).toEqual(byBoss.jobs.map(comparable));
  expect(bySql.told).toEqual(byBoss.told);
  expect(bySql.told).toEqual(priority === 'urgent' ? ['deliver-urgent'] : []);
});

it('a job for later is that of pg-boss, and wakes nobody', async () => {
  const messageIds = ids(1);
  const startAfter = new Date(Date.now() + 3_600_000);
  const bySql = await added((db) =>
    db.query('select {schema}.enqueue_messages($1, $2, $3, $4)', ['urgent', EVENT, messageIds, startAfter]),
  );
  const byBoss = await added((db) => enqueueMessages(boss, db, 'urgent', EVENT, messageIds, { startAfter }));
  const exact = ({ created_on: _, id: __, ...job }: Record<string, unknown>) => job;
  expect(bySql.jobs.map(exact)).toEqual(byBoss.jobs.map(exact));
  expect([bySql.told, byBoss.told]).toEqual([[], []]);
});

it('a job has the options that its queue has, whatever those are', async () => {
  const messageIds = ids(1);
  await boss.updateQueue('deliver-urgent', {
    ...{
      retryLimit: 7,
      retryDelay: 3,
      retryBackoff: true,
      retryDelayMax: 9,
      heartbeatSeconds: 20,
      expireInSeconds: 77,
    },
    ...{ retentionSeconds: 88, deleteAfterSeconds: 99, notify: false },
  });
  const { jobs, told: announced } = await added((db) =>
    db.query('select {schema}.enqueue_messages($1, $2, $3)', ['urgent', EVENT, messageIds]),
  );
  expect(jobs).toMatchObject([
    {
      ...{ retry_limit: 7, retry_delay: 3, retry_delay_max: 9, heartbeat_seconds: 20, expire_seconds: 77 },
      ...{ deletion_seconds: 99, data: { messageIds } },
    },
  ]);
  expect(comparable(jobs[0] ?? {})).toMatchObject({ keep_until: 88_000 });
  expect(announced).toEqual([]);
});

it('a queue that is not there is said, and nothing is written', async () => {
  const lost = pool.query(`select {schema}.enqueue_job('no-such-queue', '{}')`);
  await expect(lost).rejects.toThrow('The queue no-such-queue is not there: run "npm run migrate".');
  expect(schema).not.toBe(jobsSchema);
});
