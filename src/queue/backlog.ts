import type { Db } from '../db/pool.ts';

/** Whether the queue holds a job that could have run since before `since` and has not finished. */
export async function hasJobsSince(db: Db, queue: string, since: Date): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    `select exists (
       select from {jobs}.job
       where name = $1 and state in ('created', 'retry', 'active') and start_after <= now() and created_on < $2
     ) as found`,
    [queue, since],
  );
  return rows[0]?.found ?? false;
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
