import { type EventCustomText, listCustomTexts } from '../../src/db/custom-text.ts';
import { type Asked, type Due, LEASE_MS, loadDue, type NotYet } from '../../src/db/delivery.ts';
import { findEvents } from '../../src/db/event.ts';
import { customTextFor } from '../../src/domain/custom-text.ts';
import type { Event } from '../../src/domain/event.ts';
import { languageFor } from '../../src/domain/locale.ts';
import type { WorkerContext } from '../context.ts';

/** A message that is due, with what decides about it and what its mail is made of. */
export interface Candidate {
  readonly due: Due;
  readonly event: Event | null;
  /** The team's own text for this kind of mail of the event, in the mail's language; null: the default. */
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
  const textsOf = Map.groupBy(customTexts, ({ eventId, kind }) => `${eventId} ${kind}`);
  return {
    candidates: free.map((message) => {
      const event = eventOf.get(message.eventId ?? '') ?? null;
      const texts = textsOf.get(`${message.eventId} ${message.kind}`) ?? [];
      const language = languageFor(message.registrant?.locale, event?.locale);
      return { due: message, event, customText: customTextFor(texts, language) };
    }),
    notYet: [
      ...notYet,
      ...mine.map(({ id, priority }) => ({ id, priority, at: new Date(at.getTime() + LEASE_MS) })),
    ],
  };
}
