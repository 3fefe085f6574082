import { type Conditions, conditionEntries } from '../../domain/milestones.ts';

/** What of the People page's list is meant. */
export interface PeopleFilter extends Conditions {
  readonly q?: string | null;
  readonly emailStatus?: readonly string[];
}

/** The People page of an event, with its list filtered. */
export function peoplePath(
  eventId: string,
  { q, emailStatus = [], ...conditions }: PeopleFilter = {},
): string {
  const query = new URLSearchParams([
    ...emailStatus.map((status) => ['emailStatus', status]),
    ...conditionEntries(conditions),
  ]);
  if (q) query.set('q', q);
  return `/team/events/${eventId}/people${query.size ? `?${query}` : ''}`;
}

/** The same with one person's pane open. */
export function personPath(eventId: string, registrantId: string): string {
  return `/team/events/${eventId}/people?person=${registrantId}#pane`;
}
