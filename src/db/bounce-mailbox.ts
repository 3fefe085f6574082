import type { Db } from './pool.ts';

/** A mailbox that cannot be read. */
export interface UnreadableMailbox {
  readonly since: Date;
  /** What the mail server said, or what else went wrong. */
  readonly reason: string;
}

/** Takes the mailbox until `until`, where it is due. Only one of many workers gets true. */
export async function takeMailbox(db: Db, id: string, now: Date, until: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into {schema}.bounce_mailbox as known (id, next_read_at, tried_at) values ($1, $3, $2)
     on conflict (id) do update set next_read_at = excluded.next_read_at, tried_at = excluded.tried_at
       where known.next_read_at <= excluded.tried_at`,
    [id, now, until],
  );
  return rowCount === 1;
}

/** Keeps the mailbox that was taken until `until`. */
export async function keepMailbox(db: Db, id: string, until: Date): Promise<void> {
  await db.query('update {schema}.bounce_mailbox set next_read_at = $2 where id = $1', [id, until]);
}

/** The mailbox could be read. */
export async function recordRead(db: Db, id: string, now: Date): Promise<void> {
  await db.query(
    `update {schema}.bounce_mailbox set next_read_at = $2, tried_at = $2, failures = 0, failing_since = null,
       reason = null
     where id = $1`,
    [id, now],
  );
}

/** The mailbox could not be read, and is left alone for `waitMs[n]` milliseconds after the nth failure in a row, the last value for all later ones. */
export async function recordFailure(
  db: Db,
  id: string,
  {
    now,
    reason,
    waitMs,
  }: { readonly now: Date; readonly reason: string; readonly waitMs: readonly number[] },
): Promise<Date> {
  const { rows } = await db.query<{ nextReadAt: Date }>(
    `update {schema}.bounce_mailbox set failures = failures + 1, failing_since = coalesce(failing_since, $2), reason = $3,
       tried_at = $2,
       next_read_at = $2::timestamptz
         + ($4::int[])[least(failures + 1, array_length($4::int[], 1))] * interval '1 millisecond'
     where id = $1
     returning next_read_at as "nextReadAt"`,
    [id, now, reason, waitMs],
  );
  return rows[0]?.nextReadAt ?? now;
}

/** The mailbox that cannot be read for longest, among those that were tried since `since`; null: all can be, or there is none. */
export async function findUnreadableMailbox(db: Db, since: Date): Promise<UnreadableMailbox | null> {
  const { rows } = await db.query<UnreadableMailbox>(
    `select failing_since as since, reason from {schema}.bounce_mailbox
     where failing_since is not null and tried_at >= $1
     order by failing_since limit 1`,
    [since],
  );
  return rows[0] ?? null;
}

/** Forgets mailboxes that nobody has tried since `before`: they are no longer set up. */
export async function deleteForgottenMailboxes(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.bounce_mailbox where tried_at < $1', [before]);
}
