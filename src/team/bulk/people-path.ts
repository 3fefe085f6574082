import { filterEntries, type RegistrantFilter } from '../../domain/registrant-filter.ts';

/** The People page of an event, with its list filtered. */
export function peoplePath(eventId: string, filter: RegistrantFilter = {}): string {
  const query = new URLSearchParams(filterEntries(filter));
  return `/team/events/${eventId}/people${query.size ? `?${query}` : ''}`;
}

/** The same with one person's pane open. */
export function personPath(eventId: string, registrantId: string): string {
  return `/team/events/${eventId}/people?person=${registrantId}#pane`;
}
