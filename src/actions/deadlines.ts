import type { EventChanges } from '../db/event.ts';
import { endIneligible, extendPending } from '../db/pending.ts';
import type { Event } from '../domain/event.ts';
import { roomDeadlines } from '../domain/kinds.ts';
import type { ActionContext } from './context.ts';

/** Whether these changes of an event move deadlines, beside new times. */
export function moveDeadlines({ graceMinutes, replayUrl }: EventChanges): boolean {
  return graceMinutes !== undefined || replayUrl !== undefined;
}

/**
 * After a change of when the event's room closes: pending mails that bring the link help until it closes now, and what helps
 * nobody any more is not sent.
 */
export async function followRoom({ db, now }: ActionContext, event: Event): Promise<void> {
  for (const { kinds, expiresAt } of roomDeadlines(event, now))
    await extendPending(db, event.id, kinds, expiresAt);
  await endIneligible(db, event.id, now);
}
