import type { Priority } from '../domain/message.ts';
import { everyEvent } from './ledger.ts';
import type { Db } from './pool.ts';
import { PENDING } from './status-sql.ts';

/**
 * When the oldest message that waits was or is due, by priority; null: none waits. A registration that no worker has taken
 * waits for its mail, too. Read off indexes.
 */
export async function findOldestDue(
  db: Db,
  priorities: readonly Priority[],
): Promise<Map<Priority, Date | null>> {
  const { rows } = await db.query<{ priority: Priority; oldest: Date | null }>(
    `select asked.priority, ${everyEvent('due')} least((
       select due_at from {schema}.message where message.priority = asked.priority and status in ${PENDING}
       order by due_at limit 1
     ), (
       select due_at from {schema}.team_message as message where message.priority = asked.priority and status in ${PENDING}
       order by due_at limit 1
     ), (
       select requested_at from {schema}.registration_request where asked.priority = 'urgent' and taken_at is null
       order by requested_at limit 1
     )) as oldest
     from unnest($1::text[]) as asked (priority)`,
    [priorities],
  );
  return new Map(rows.map(({ priority, oldest }) => [priority, oldest]));
}

/** How many messages are still to be sent, by priority. It counts them: a second at a million or more. */
export async function countPending(db: Db): Promise<Map<Priority, number>> {
  const { rows } = await db.query<{ priority: Priority; count: number }>(
    `select priority, sum(count)::bigint as count from ( ${everyEvent('due')}
       select priority, count(*) as count from {schema}.message where status in ${PENDING} group by priority
       union all
       select priority, count(*) from {schema}.team_message where status in ${PENDING} group by priority
     ) as counted group by priority`,
  );
  return new Map(rows.map(({ priority, count }) => [priority, count]));
}
