import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '../../src/db/pool.ts';
import { PENDING } from '../../src/db/status-sql.ts';
import { BenchError } from './bench-error.ts';
import type { Child } from './child.ts';
import { monotonicMs } from './clock.ts';
import type { BenchDatabase, Lab } from './lab.ts';
import { processorSeconds } from './processor-time.ts';
import type { Sink } from './sink/sink.ts';

/** Without one more mail for so long, something is stuck. */
const PATIENCE_MS = 60_000;

export interface Delivery {
  /** From the first MAIL command to the moment that the last message is recorded as sent. */
  readonly seconds: number;
  readonly mailsPerSecond: number;
  /** Processor time from the first mail on, in milliseconds: of the senders, and of Postgres; NaN where the machine does not say. */
  readonly sendersMs: number;
  readonly postgresMs: number;
  /** Mails that the sink got more than once. */
  readonly duplicates: number;
}

/**
 * Has `count` waiting mails delivered by the processes that `start` starts, and ends these. The time it takes them
 * to start is not counted. Throws BenchError when they end early, get stuck or do not send everything.
 */
export async function measureDelivery(
  lab: Lab,
  database: BenchDatabase,
  count: number,
  delayMs: number,
  start: () => readonly Child[],
): Promise<Delivery> {
  await database.settle();
  await lab.sink.begin({ delayMs });
  const children = start();
  try {
    const used = () => ({
      senders: children.reduce((sum, { pid }) => sum + processorSeconds(pid), 0),
      postgres: lab.postgresSeconds(),
    });
    await until(children, async () => {
      const { unique } = await lab.sink.count();
      return { done: unique > 0, progress: unique, pauseMs: 10 };
    });
    const before = used();
    const endedAt = await allRecorded(lab, database, count, children);
    const after = used();
    const processor = {
      sendersMs: (after.senders - before.senders) * 1_000,
      postgresMs: (after.postgres - before.postgres) * 1_000,
    };
    const { startedAt, accepted, unique } = await lab.sink.count();
    const seconds = (endedAt - (startedAt ?? endedAt)) / 1000;
    return { seconds, mailsPerSecond: count / seconds, ...processor, duplicates: accepted - unique };
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

/**
 * Waits until `count` mails came to the sink since its `begin` and none is pending any more, the newest `count` recorded as
 * sent; returns when that was. Throws BenchError like `measureDelivery`.
 */
export async function allRecorded(
  { sink }: { readonly sink: Pick<Sink, 'count'> },
  { pool }: BenchDatabase,
  count: number,
  children: readonly Child[],
): Promise<number> {
  await until(children, async () => {
    const { unique } = await sink.count();
    return { done: unique >= count, progress: unique, pauseMs: 20 };
  });
  // The last mails are with the sink; what is left is their rows.
  await until(children, async () => {
    const left = await pending(pool);
    return { done: left === 0, progress: left, pauseMs: 5 };
  });
  const at = monotonicMs();
  await allSent(pool, count, children);
  return at;
}

interface Progress {
  readonly done: boolean;
  readonly progress: number;
  readonly pauseMs: number;
}

async function until(children: readonly Child[], look: () => Promise<Progress>): Promise<void> {
  let last = Number.NaN;
  let since = monotonicMs();
  for (;;) {
    const { done, progress, pauseMs } = await look();
    if (done) return;
    if (progress !== last) since = monotonicMs();
    last = progress;
    const ended = children.find((child) => child.hasEnded());
    if (ended) throw new BenchError(`A sender ended before everything was sent. It said:\n${ended.output()}`);
    if (monotonicMs() - since > PATIENCE_MS)
      throw new BenchError(`Nothing moved for a minute. The senders said:\n${said(children)}`);
    await delay(pauseMs);
  }
}

async function pending(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*) from {schema}.message where status in ${PENDING}`,
  );
  return rows[0]?.count ?? 0;
}

async function allSent(pool: Pool, count: number, children: readonly Child[]): Promise<void> {
  // The newest are those that were just delivered: a past has other endings, too.
  const { rows } = await pool.query<{ status: string; count: number; error: string | null }>(
    `select status, count(*), min(error) as error
     from (select status, error from {schema}.message order by id desc limit $1) as delivered
     where status <> 'sent' group by status`,
    [count],
  );
  if (rows.length === 0) return;
  const others = rows.map(({ status, count, error }) => `${count} ${status} (${error})`).join(', ');
  throw new BenchError(`Not every message was sent: ${others}. The senders said:\n${said(children)}`);
}

function said(children: readonly Child[]): string {
  return children.map((child) => child.output()).join('\n');
}
