import { type Db as BossDb, PgBoss, systemClock } from 'pg-boss';
import { MigrationError } from '../db/migration-error.ts';
import { createPool, type DatabaseBackend, type DatabaseConfig, type Db, type Pool } from '../db/pool.ts';
import type { Ledger, Priority } from '../domain/message.ts';
import type { JobDefinition } from './jobs.ts';
import { deliver, JOBS, MESSAGES_PER_JOB } from './jobs.ts';
import { listen } from './listen.ts';
import { takeOverJobs } from './take-over.ts';

export type { PgBoss };

interface BossOptions {
  readonly database: DatabaseConfig;
  /** What its statements run on, together with ours: the connections of a process are counted once. */
  readonly pool: Pool;
  /** `enqueue`: a server that only adds jobs. `work`: a worker, which also watches over the queues. */
  readonly role: 'enqueue' | 'work';
  /** By which it counts its own waiting, in place of the machine's clock: where that is set back, it would sleep until then. */
  readonly now?: () => Date;
  readonly onError: (error: Error) => void;
  /** Whether traces are sent: a job then carries the one that it was added in. */
  readonly traces?: boolean;
}

/** How pg-boss is told. */
const BACKEND_OF: Readonly<Record<DatabaseBackend, { readonly backend?: 'citus' }>> = {
  postgres: {},
  citus: { backend: 'citus' },
};

/**
 * A started pg-boss. Errors of its own loops (Postgres restarting, say) go to `onError`: it carries on by itself,
 * and without a listener the process would end. Throws MigrationError where the database was not migrated.
 */
export async function startBoss({
  database,
  pool,
  role,
  now,
  onError,
  traces = false,
}: BossOptions): Promise<PgBoss> {
  const works = role === 'work';
  const boss = new PgBoss({
    db: {
      ...onConnection(pool),
      listen: (channel, onNotification, onListening) =>
        listen({ url: database.directUrl, channel, onNotification, onListening, onError }),
      poolCounts: () => ({
        max: pool.options.max,
        total: pool.totalCount,
        idle: pool.idleCount,
        waiting: pool.waitingCount,
      }),
    },
    schema: database.jobsSchema,
    ...BACKEND_OF[database.backend],
    migrate: false,
    supervise: works,
    schedule: works,
    useListenNotify: works,
    // A worker that died is noticed after its heartbeat plus one round of this.
    monitorIntervalSeconds: 5,
    superviseIntervalSeconds: 5,
    openTelemetry: { enabled: traces, propagateContext: traces },
    ...(now && { clock: { ...systemClock, now: () => now().getTime() } }),
  });
  boss.on('error', onError);
  await boss.start().catch((error: Error) => {
    if (!/^pg-boss (is not installed|database requires migrations)/.test(error.message)) throw error;
    throw new MigrationError(
      `The tables of this version are not in the database (schema ${database.schema}): run "npm run migrate".`,
      { cause: error },
    );
  });
  return boss;
}

/** Installs or updates pg-boss's own tables and our queues. Safe to run twice and at once. */
export async function migrateQueue(database: DatabaseConfig): Promise<void> {
  const errors: Error[] = [];
  const onError = (error: Error) => void errors.push(error);
  const pool = createPool({ ...database, url: database.directUrl }, { max: 2, limit: 'migration', onError });
  const boss = new PgBoss({
    db: onConnection(pool),
    schema: database.jobsSchema,
    ...BACKEND_OF[database.backend],
    // It is there: our own migration made it, and to ask for it again needs a right on the whole database.
    createSchema: false,
    supervise: false,
    schedule: false,
  });
  boss.on('error', onError);
  try {
    await boss.start();
    for (const { name, queue } of JOBS) {
      // What a queue was created with decides how its jobs exclude each other, for good.
      const { policy: _, ...changeable } = queue;
      if (await boss.getQueue(name)) await boss.updateQueue(name, changeable);
      else await boss.createQueue(name, queue);
    }
  } finally {
    await boss.stop({ graceful: false });
    await pool.end();
  }
  if (errors[0]) throw errors[0];
  await takeOverJobs(database);
}

/** Adds a job inside the caller's transaction: it exists when that commits, and never if it does not. */
export async function enqueue<Payload extends object>(
  boss: PgBoss,
  db: Db,
  job: JobDefinition<Payload>,
  payload: Payload,
  /**
   * `id`: a job that has this id already stays the only one; `singletonKey`: the same of an exclusive queue's job that waits or runs;
   * `priority`: of several the highest is taken first; 0 is usual.
   */
  options: { startAfter?: Date; id?: string; singletonKey?: string; priority?: number } = {},
): Promise<void> {
  await boss.send(job.name, job.payload.parse(payload), { ...options, db: onConnection(db) });
}

/** Cancels a job inside the caller's transaction; one that is running is for its worker to look after (`isCancelled`). */
export async function cancelJob(boss: PgBoss, db: Db, job: JobDefinition, id: string): Promise<void> {
  await boss.cancel(job.name, id, { db: onConnection(db) });
}

/** The id of a job that waits and whose payload has these values; null: there is none. */
export async function findQueuedJob<Payload extends object>(
  boss: PgBoss,
  db: Db,
  job: JobDefinition<Payload>,
  values: Partial<Payload>,
): Promise<string | null> {
  const [found] = await boss.findJobs(job.name, { data: values, queued: true, db: onConnection(db) });
  return found?.id ?? null;
}

export async function isCancelled(boss: PgBoss, db: Db, job: JobDefinition, id: string): Promise<boolean> {
  const [found] = await boss.findJobs(job.name, { id, db: onConnection(db) });
  return found?.state === 'cancelled';
}

/** Adds delivery jobs for these messages of one priority and ledger, up to `most` in each, inside the caller's transaction. */
export async function enqueueMessages(
  boss: PgBoss,
  db: Db,
  priority: Priority,
  ledger: Ledger | undefined,
  messageIds: readonly string[],
  { startAfter, most = MESSAGES_PER_JOB }: { startAfter?: Date; most?: number } = {},
): Promise<void> {
  for (let i = 0; i < messageIds.length; i += most) {
    const payload = { eventId: ledger, messageIds: messageIds.slice(i, i + most) };
    await enqueue(boss, db, deliver[priority], payload, startAfter ? { startAfter } : {});
  }
}

/** A message that is to be looked at again. */
export interface Again {
  readonly id: string;
  /** Missing: the job that named it did not say. */
  readonly ledger?: Ledger | undefined;
  readonly priority: Priority;
  readonly at: Date;
  /** Whether no other message shares its job. */
  readonly alone?: boolean;
}

/** Adds delivery jobs for these messages, each for its time: those of one time, priority and ledger together. */
export async function enqueueAgain(boss: PgBoss, db: Db, messages: readonly Again[]): Promise<void> {
  const groups = Map.groupBy(messages, ({ priority, ledger, at }) => `${priority} ${ledger} ${at.getTime()}`);
  for (const group of groups.values()) {
    const [{ priority, ledger, at }] = group as [Again, ...Again[]];
    const ids = group.map(({ id }) => id);
    const most = group.some(({ alone }) => alone) ? 1 : MESSAGES_PER_JOB;
    await enqueueMessages(boss, db, priority, ledger, ids, { startAfter: at, most });
  }
}

/** Adds many jobs in one statement, inside the caller's transaction. Workers are woken once. */
export async function enqueueAll<Payload extends object>(
  boss: PgBoss,
  db: Db,
  job: JobDefinition<Payload>,
  payloads: readonly Payload[],
): Promise<void> {
  const jobs = payloads.map((payload) => ({ data: job.payload.parse(payload) }));
  await boss.insert(job.name, jobs, { db: onConnection(db) });
}

function onConnection(db: Db): BossDb {
  return { executeSql: (text, values) => db.query(text, values) };
}
