import type { Db } from '../db/pool.ts';
import { holdRegistrant } from '../db/registrant.ts';
import { liftSuppression, suppressAddress } from '../db/suppression.ts';
import type { Event } from '../domain/event.ts';
import type { Registrant } from '../domain/registrant.ts';

interface UnsubscribeContext {
  readonly db: Db;
  readonly now: Date;
}

/** The registrant wants no more optional mails of this event: reminders, announcements. Those that are on their way are not sent either. */
export async function unsubscribe(
  { db, now }: UnsubscribeContext,
  event: Event,
  registrant: Registrant,
): Promise<void> {
  // Of whoever is erased at this moment nothing is written down any more, and no mail goes to them either.
  if (!(await holdRegistrant(db, registrant))) return;
  await suppressAddress(
    db,
    { email: registrant.email, scope: 'reminders', eventId: event.id, reason: 'unsubscribed', detail: null },
    now,
  );
}

/** They want them again. */
export async function liftStop(
  { db, now }: UnsubscribeContext,
  event: Event,
  { email }: Registrant,
): Promise<void> {
  await liftSuppression(db, { email, scope: 'reminders', eventId: event.id }, 'registrant', now);
}
