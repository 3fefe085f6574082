import { clientFor } from '../db/client.ts';
import type { DatabaseConfig, Db } from '../db/pool.ts';
import { RENAMED, RETIRED, type RenamedJobs } from './jobs.ts';

// Any number will do, as long as nothing else in the database locks it.
const LOCK = 4_702_111_235;

/**
 * Brings jobs that an earlier version left over to the queues and payloads of this one, with their times and what was tried
 * of them, and deletes the queues that are gone, in one transaction. Safe to run twice and at once.
 */
export async function takeOverJobs(database: DatabaseConfig): Promise<void> {
  const client = new (clientFor(database))({
    connectionString: database.directUrl,
    application_name: 'access-mail migrate',
  });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
    for (const renamed of RENAMED) await takeOver(client, renamed);
    for (const name of RETIRED) await client.query(DELETE, [name]);
    await client.query('commit');
  } finally {
    // Ending the session rolls back what was not committed.
    await client.end();
  }
}

/** With its jobs that have ended, and with its schedule. */
const DELETE = 'select {jobs}.delete_queue(name) from {jobs}.queue where name = $1';

async function takeOver(db: Db, { from, to, keys = {}, values = {} }: RenamedJobs): Promise<void> {
  // Jobs that a server commits from here on wait for this row, and fail where the queue is gone: none is lost behind us.
  const { rowCount } = await db.query('select from {jobs}.queue where name = $1 for update', [from]);
  if (!rowCount) return;
  await db.query(
    `update {jobs}.job set name = $2, data = (
       select coalesce(jsonb_object_agg(key_now, coalesce($4::jsonb->key_now->(value #>> '{}'), value)), '{}')
       from jsonb_each(data) cross join lateral (select coalesce($3::jsonb->>key, key) as key_now) as renamed
     )
     where name = $1 and state in ('created', 'retry', 'active')
       and (name <> $2 or data ?| array(select jsonb_object_keys($3::jsonb)))`,
    [from, to, JSON.stringify(keys), JSON.stringify(values)],
  );
  if (from !== to) await db.query(DELETE, [from]);
}
