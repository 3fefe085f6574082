import type { AlertNotice } from '../domain/alert-notice.ts';
import type { Digest } from '../domain/digest.ts';
import type { Db } from './pool.ts';

/** What the team is told. */
export type Notice = AlertNotice | Digest;

/** Returns its id. */
export async function insertNotice(db: Db, content: Notice, now: Date): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    'insert into {schema}.alert_notice (content, created_at) values ($1, $2) returning id',
    [JSON.stringify(content), now],
  );
  return (rows[0] as { id: string }).id;
}

export async function findNotice(
  db: Db,
  id: string,
): Promise<{ readonly content: Notice; readonly postedAt: Date | null } | null> {
  const { rows } = await db.query<{ content: Notice; postedAt: Date | null }>(
    'select content, posted_at as "postedAt" from {schema}.alert_notice where id = $1',
    [id],
  );
  return rows[0] ?? null;
}

/** The webhook's receiver took it. */
export async function markPosted(db: Db, id: string, now: Date): Promise<void> {
  await db.query('update {schema}.alert_notice set posted_at = $2 where id = $1', [id, now]);
}

export async function deleteOldNotices(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.alert_notice where created_at < $1', [before]);
}
