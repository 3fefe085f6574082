import type { Db } from '../db/pool.ts';
import type { MessageKey } from '../domain/message.ts';

/**
 * Those of the messages that no delivery job of this queue names, among the jobs that run or start by `startsBy`. In the
 * order given.
 */
export async function findWithoutJob(
  db: Db,
  queue: string,
  messages: readonly MessageKey[],
  startsBy: Date,
): Promise<MessageKey[]> {
  if (messages.length === 0) return [];
  const { rows } = await db.query<{ id: string }>(
    `with named as (
       select message_id::uuid from {jobs}.job cross join jsonb_array_elements_text(data->'messageIds') as message_id
       where name = $1 and (state = 'active' or state in ('created', 'retry') and start_after <= greatest($3, now()))
     )
     select asked.id from unnest($2::uuid[]) as asked (id)
     where not exists (select from named where named.message_id = asked.id)`,
    [queue, messages.map(({ id }) => id), startsBy],
  );
  const withoutJob = new Set(rows.map(({ id }) => id));
  return messages.filter(({ id }) => withoutJob.has(id));
}

/** How many jobs of each queue are waiting or running. */
export async function countJobs(db: Db): Promise<Map<string, number>> {
  const { rows } = await db.query<{ name: string; count: number }>(
    `select queue.name, count(job.id) as count from {jobs}.queue
     left join {jobs}.job on job.name = queue.name and job.state in ('created', 'retry', 'active')
     group by queue.name`,
  );
  return new Map(rows.map(({ name, count }) => [name, count]));
}

/** How many seconds ago a worker last looked after the queues, which each does all the time; null: none ever did. */
export async function secondsSinceWorker(db: Db): Promise<number | null> {
  const { rows } = await db.query<{ seconds: number | null }>(
    'select extract(epoch from now() - max(greatest(monitor_on, monitor_claim_on)))::float8 as seconds from {jobs}.queue',
  );
  return rows[0]?.seconds ?? null;
}
