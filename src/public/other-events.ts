import type { Context } from 'hono';
import { listListedEvents } from '../db/event-list.ts';
import { type Event, eventPhase } from '../domain/event.ts';
import type { Registrant } from '../domain/registrant.ts';
import type { AppDependencies } from '../http/context.ts';
import { orWithout } from '../lib/remember.ts';
import type { EventView } from './event/event-view.ts';
import { viewFor } from './visitor.ts';

const SHOWN = 3;

/** What the page of an event that has ended or was cancelled offers instead: listed events that are ahead. Of others: none. */
export async function otherEvents(
  c: Context,
  dependencies: AppDependencies,
  event: Event,
  registrant: Registrant | null = null,
): Promise<EventView[]> {
  const { pool, log, now } = dependencies;
  if (!['ended', 'cancelled'].includes(eventPhase(event, now()))) return [];
  const listed = await orWithout(
    () => listListedEvents(pool, now(), SHOWN + 1),
    (error) => log.warn({ err: error }, 'a page names no other events'),
  );
  const { language } = viewFor(c, dependencies, event, registrant);
  return (listed ?? [])
    .filter(({ id }) => id !== event.id)
    .slice(0, SHOWN)
    .map((other) => ({ ...viewFor(c, dependencies, { ...other, locale: language }, registrant) }));
}
