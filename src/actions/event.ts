import { randomBytes } from 'node:crypto';
import {
  cancelEvent,
  type EventChanges,
  insertEvent,
  lockEvent,
  type NewEvent,
  SLUG_UNIQUE,
  updateEvent,
} from '../db/event.ts';
import { violates } from '../db/pool.ts';
import { AppError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { slugify } from '../domain/text.ts';
import type { ActionContext } from './context.ts';

/** Without a slug one is made from the title. Throws `conflict` where the given slug is taken. */
export async function createEvent(
  { db }: ActionContext,
  { slug, ...event }: Omit<NewEvent, 'slug'> & { readonly slug?: string | undefined },
): Promise<Event> {
  const base = slugify(event.title) || 'event';
  const candidates = slug
    ? [slug]
    : [base, `${base}-2`, `${base}-3`, `${base}-${randomBytes(4).toString('hex')}`];
  for (const candidate of candidates) {
    const created = await insertEvent(db, { ...event, slug: candidate });
    if (created) return created;
  }
  throw slugTaken();
}

/** Throws `not_found`, `conflict` (slug taken, event cancelled) and `invalid_input` (it would end before it starts). */
export async function changeEvent(
  { db, now }: ActionContext,
  id: string,
  changes: EventChanges,
): Promise<Event> {
  const event = await lockEvent(db, id);
  if (!event) throw eventNotFound();
  if (event.cancelledAt)
    throw new AppError('conflict', 'The event is cancelled and can no longer be changed.');
  if ((changes.endsAt ?? event.endsAt) <= (changes.startsAt ?? event.startsAt))
    throw new AppError('invalid_input', 'The event would end before it starts.', {
      errors: [{ path: changes.endsAt ? 'endsAt' : 'startsAt', message: 'the end must follow the start' }],
    });
  try {
    return await updateEvent(db, id, changes, now);
  } catch (error) {
    throw violates(error, SLUG_UNIQUE) ? slugTaken(error) : error;
  }
}

/** Cancels the event; a second time changes nothing. Throws `not_found`. */
export async function callOff({ db, now }: ActionContext, id: string): Promise<Event> {
  const event = await cancelEvent(db, id, now);
  if (!event) throw eventNotFound();
  return event;
}

export function eventNotFound(): AppError {
  return new AppError('not_found', 'There is no such event.');
}

function slugTaken(cause?: unknown): AppError {
  return new AppError('conflict', 'Another event has this slug: choose another.', {
    errors: [{ path: 'slug', message: 'is taken' }],
    cause,
  });
}
