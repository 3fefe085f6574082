import type { Lane } from '../domain/message.ts';
import type { Db } from './pool.ts';

/** When the oldest message that waits was or is due, by lane; null: none waits. Read off an index. */
export async function findOldestDue(db: Db, lanes: readonly Lane[]): Promise<Map<Lane, Date | null>> {
  const { rows } = await db.query<{ lane: Lane; oldest: Date | null }>(
    `select asked.lane, (
       select due_at from {schema}.message where message.lane = asked.lane and status in ('queued', 'sending')
       order by due_at limit 1
     ) as oldest
     from unnest($1::text[]) as asked (lane)`,
    [lanes],
  );
  return new Map(rows.map(({ lane, oldest }) => [lane, oldest]));
}

/** How many messages are still to be sent, by lane. It counts them: a second at a million or more. */
export async function countOutstanding(db: Db): Promise<Map<Lane, number>> {
  const { rows } = await db.query<{ lane: Lane; count: number }>(
    `select lane, count(*) from {schema}.message where status in ('scheduled', 'queued', 'sending') group by lane`,
  );
  return new Map(rows.map(({ lane, count }) => [lane, count]));
}
