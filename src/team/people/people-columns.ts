import { COLUMNS, FIELD, PEOPLE_COLUMNS, type PeopleColumn } from '../../domain/columns.ts';

export const USUAL_COLUMNS: readonly string[] = PEOPLE_COLUMNS.filter((key) => COLUMNS[key].usual);

/** Those that this event has, of the ones that somebody chose, whichever event that was on. */
export function shownColumns(chosen: readonly string[] | null, fields: readonly string[]): readonly string[] {
  const wanted = new Set(chosen ?? USUAL_COLUMNS);
  return [...PEOPLE_COLUMNS, ...fields.map((field) => FIELD + field)].filter((key) => wanted.has(key));
}

/** Whether it tells what is not read with every registrant. */
export function isOfDetails(key: string): boolean {
  return key === 'source' || COLUMNS[key as PeopleColumn]?.group === 'source';
}
