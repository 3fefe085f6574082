import { filterEntries, type RegistrantFilter } from '../../domain/registrant-filter.ts';

export const PEOPLE_SORTS = ['name', 'email', 'emailStatusAt', 'registeredAt', 'joinedAt'] as const;
export type PeopleSort = (typeof PEOPLE_SORTS)[number];
export type SortDirection = 'ascending' | 'descending';

/** Which part of the list is shown, and how: all of it stands in the page's address. */
export interface PeopleView {
  readonly filter: RegistrantFilter;
  readonly sort: PeopleSort;
  readonly direction: SortDirection;
  /** Where the page begins; null: at the first. */
  readonly cursor: string | null;
  /** Whose pane is open. */
  readonly person: string | null;
}

export const USUAL_SORT = 'registeredAt';

/** Times begin with the latest, words with A. */
export function usualDirection(sort: PeopleSort): SortDirection {
  return sort.endsWith('At') ? 'descending' : 'ascending';
}

/** The view as the query of an address; what is usual is left out. */
export function viewQuery(view: PeopleView): string {
  const query = new URLSearchParams(filterEntries(view.filter));
  if (view.sort !== USUAL_SORT) query.set('sort', view.sort);
  if (view.direction !== usualDirection(view.sort)) query.set('direction', view.direction);
  if (view.cursor) query.set('cursor', view.cursor);
  if (view.person) query.set('person', view.person);
  return query.toString();
}

export function viewPath(eventId: string, view: PeopleView): string {
  const query = viewQuery(view);
  return `/team/events/${eventId}/people${query ? `?${query}` : ''}`;
}

/** From its first page, with this filter and nobody's pane. */
export function filteredBy(view: PeopleView, filter: RegistrantFilter): PeopleView {
  return { ...view, filter, cursor: null, person: null };
}

/** The same list with this person's pane beside it. */
export function panePath(eventId: string, view: PeopleView, person: string): string {
  return `${viewPath(eventId, { ...view, person })}#pane`;
}

/** The list without a pane, the eye back on the row. */
export function closedPanePath(eventId: string, view: PeopleView): string {
  return `${viewPath(eventId, { ...view, person: null })}${view.person ? `#row-${view.person}` : ''}`;
}
