import { setDoors } from '../db/event.ts';
import { lockEventForFanOut } from '../db/fan-out.ts';
import { allow } from '../db/pool.ts';
import { AppError } from '../domain/errors.ts';
import { type Event, eventPhase } from '../domain/event.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { followRoom } from './deadlines.ts';
import { eventNotFound } from './event.ts';
import { planTimedMails } from './timed-mail.ts';

/**
 * Opens the room now: before its time, or again after it was closed by hand. Where it is open nothing changes. Throws
 * `not_found`, and `invalid_input` where the event is cancelled or its room has closed for good.
 */
export async function openRoom(context: TeamActionContext, eventId: string): Promise<Event> {
  const { db, now } = context;
  await allow(db, 'event');
  const before = await lockEventForFanOut(db, eventId);
  if (!before) throw eventNotFound();
  const phase = eventPhase(before, now);
  if (phase === 'running') return before;
  const open = { openedAt: now, closedAt: null };
  if (eventPhase({ ...before, ...open }, now) !== 'running') throw cannotOpen(before);
  const event = await setDoors(db, eventId, open, now);
  await audit(context, 'event_opened', { eventId, detail: { was: phase } });
  await planTimedMails(context, event, before);
  await followRoom(context, event);
  return event;
}

/**
 * Takes an opening before its time back: who comes now waits until that. Where the room would be open anyway nothing changes.
 * Throws `not_found`.
 */
export async function undoOpening(context: TeamActionContext, eventId: string): Promise<Event> {
  const { db, now } = context;
  const before = await lockEventForFanOut(db, eventId);
  if (!before) throw eventNotFound();
  const waiting = { openedAt: null, closedAt: null };
  const opensAgain = eventPhase({ ...before, ...waiting }, now) === 'upcoming';
  if (!opensAgain || eventPhase(before, now) !== 'running') return before;
  await audit(context, 'event_opening_undone', { eventId });
  return setDoors(db, eventId, waiting, now);
}

/**
 * Closes the room now; who still waits for it is told that the event has ended, and mails that were to bring the link are not
 * sent. Where it has closed, or the event is cancelled, nothing changes. Throws `not_found`.
 */
export async function closeRoom(context: TeamActionContext, eventId: string): Promise<Event> {
  const { db, now } = context;
  await allow(db, 'event');
  const before = await lockEventForFanOut(db, eventId);
  if (!before) throw eventNotFound();
  const phase = eventPhase(before, now);
  if (phase === 'ended' || phase === 'cancelled') return before;
  const event = await setDoors(db, eventId, { openedAt: before.openedAt, closedAt: now }, now);
  await audit(context, 'event_closed', { eventId, detail: { was: phase } });
  await planTimedMails(context, event, before);
  await followRoom(context, event);
  return event;
}

function cannotOpen({ cancelledAt }: Event): AppError {
  const [path, message, detail] = cancelledAt
    ? ['cancelledAt', 'the event is cancelled', 'The event is cancelled: its room cannot be opened.']
    : [
        'endsAt',
        'the event has ended',
        'The event has ended: give it a later end, or let its room stay open for longer after it.',
      ];
  return new AppError('invalid_input', detail, { errors: [{ path, message }] });
}
