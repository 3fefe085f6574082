import type { Kind } from '../domain/message.ts';
import type { Db } from './pool.ts';

/** Ends an event's mails of these kinds that nobody has taken yet: they will not be sent, for this reason. */
export async function endOutstanding(
  db: Db,
  eventId: string,
  kinds: readonly Kind[],
  reason: string,
  now: Date,
): Promise<void> {
  await db.query(
    `with over as (
       update message set status = 'not_sent', error = $3
       where event_id = $1 and kind = any($2) and status in ('scheduled', 'queued')
       returning id
     )
     insert into delivery_event (message_id, type, occurred_at, detail)
     select id, 'not_sent', $4, jsonb_build_object('error', $3::text) from over`,
    [eventId, kinds, reason, now],
  );
}

/** An event's mails of these kinds help until `expiresAt` now. */
export async function extendOutstanding(
  db: Db,
  eventId: string,
  kinds: readonly Kind[],
  expiresAt: Date,
): Promise<void> {
  await db.query(
    `update message set expires_at = $3
     where event_id = $1 and kind = any($2) and status in ('scheduled', 'queued', 'sending')`,
    [eventId, kinds, expiresAt],
  );
}
