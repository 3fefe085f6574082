import { setSendingPaused } from '../db/event.ts';
import { lockEventForFanOut } from '../db/fan-out.ts';
import { endOvertakenReminders, releaseHeld } from '../db/hold.ts';
import { allow } from '../db/pool.ts';
import type { Event } from '../domain/event.ts';
import { mayFollowUp, reminders, timedDedupeKey } from '../domain/schedule.ts';
import { chunks } from '../lib/chunks.ts';
import { enqueue, enqueueAll } from '../queue/boss.ts';
import { deliver, MESSAGES_PER_JOB, releaseHeld as releaseHeldJob } from '../queue/jobs.ts';
import { refuseWhenOver } from './access-link.ts';
import { audit } from './audit.ts';
import type { ActionContext, TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';

/** Mails that come back in one transaction. */
const SLICE = 5_000;

/**
 * Pauses an event's mails to many: those that no worker has in hand wait, reminders that come due wait too, each until its
 * deadline. Links that a person asks for go out. A second time changes nothing. Throws `not_found`, and `conflict` where
 * the event was cancelled, or has ended and no follow-up can go out any more.
 */
export async function pauseSending(context: TeamActionContext, eventId: string): Promise<Event> {
  const { db, now } = context;
  const event = await lockEventForFanOut(db, eventId);
  if (!event) throw eventNotFound();
  if (event.cancelledAt || !mayFollowUp(event, now)) refuseWhenOver(event, now);
  if (event.sendingPausedAt) return event;
  await audit(context, 'sending_paused', { eventId });
  return setSendingPaused(db, eventId, now);
}

/**
 * Ends the pause: what waits goes out. Of several reminders that waited only the latest does, since who gets that one needs no
 * earlier one beside it; what has passed its deadline ended as `not_sent`. Without a pause nothing changes. Throws `not_found`.
 */
export async function resumeSending(context: TeamActionContext, eventId: string): Promise<Event> {
  const { db, now } = context;
  // It looks through all of the event's mails.
  await allow(db, 'event');
  const before = await lockEventForFanOut(db, eventId);
  if (!before) throw eventNotFound();
  if (!before.sendingPausedAt) return before;
  const event = await setSendingPaused(db, eventId, null);
  const keys = reminders(event).toReversed().map(timedDedupeKey);
  await endOvertakenReminders(db, eventId, keys, now);
  await audit(context, 'sending_resumed', { eventId });
  await releaseSlice(context, event);
  return event;
}

/** Brings back the next mails that were held. Run again it changes nothing; in a new pause the rest stays where it is. */
export async function continueRelease(context: ActionContext, eventId: string): Promise<void> {
  const { db } = context;
  await allow(db, 'slice');
  const event = await lockEventForFanOut(db, eventId);
  if (event && !event.sendingPausedAt) await releaseSlice(context, event);
}

async function releaseSlice({ db, boss, now }: ActionContext, { id: eventId }: Event): Promise<void> {
  const { messageIds, hasMore } = await releaseHeld(db, eventId, SLICE, now);
  const batches = [...chunks(messageIds, MESSAGES_PER_JOB)].map((some) => ({
    eventId,
    messageIds: [...some],
  }));
  if (batches.length > 0) await enqueueAll(boss, db, deliver.bulk, batches);
  if (hasMore) await enqueue(boss, db, releaseHeldJob, { eventId });
}
