import { type EventCustomText, listCustomTexts } from '../../src/db/custom-text.ts';
import { type Asked, type Due, LEASE_MS, loadDue, type NotYet } from '../../src/db/delivery.ts';
import { findEvents } from '../../src/db/event.ts';
import type { Event } from '../../src/domain/event.ts';
import type { WorkerContext } from '../context.ts';

/** A message that is due, with what decides about it and what its mail is made of. */
export interface Candidate {
  readonly due: Due;
  readonly event: Event | null;
  /** The team's own text for this kind of mail of the event; null: the default. */
  readonly customText: EventCustomText | null;
}

/** Reads the messages, their registrants and events. Those whose time has not come are returned apart. */
export async function load(
  { pool, leases, now }: WorkerContext,
  asked: readonly Asked[],
): Promise<{ readonly candidates: Candidate[]; readonly notYet: NotYet[] }> {
  const at = now();
  const { due, notYet } = await loadDue(pool, asked, at);
  // A job that runs beside itself in this worker: its first run has these in hand.
  const mine = due.filter(({ id }) => leases.has(id));
  const free = due.filter(({ id }) => !leases.has(id));
  const eventIds = [...new Set(free.flatMap(({ eventId }) => eventId ?? []))];
  const [events, customTexts] = await Promise.all([
    findEvents(pool, eventIds),
    listCustomTexts(pool, eventIds),
  ]);
  const eventOf = new Map(events.map((event) => [event.id, event]));
  const textOf = new Map(customTexts.map((text) => [`${text.eventId} ${text.kind}`, text]));
  return {
    candidates: free.map((message) => ({
      due: message,
      event: eventOf.get(message.eventId ?? '') ?? null,
      customText: textOf.get(`${message.eventId} ${message.kind}`) ?? null,
    })),
    notYet: [
      ...notYet,
      ...mine.map(({ id, priority }) => ({ id, priority, at: new Date(at.getTime() + LEASE_MS) })),
    ],
  };
}
