import { AppError } from '../../domain/errors.ts';
import {
  filterEntries,
  isFilterName,
  type RegistrantFilter,
  readFilter,
} from '../../domain/registrant-filter.ts';

/** So many people picked one by one fit into an address: twice as many as stand on a page of the list. */
export const MOST_PICKED = 200;

/** Whom the People page's list means: `picked` one by one, or null: all that its filter shows. */
export interface Selected {
  readonly picked: readonly string[] | null;
  /** The list's filter: of those picked it says where they were picked. */
  readonly filter: RegistrantFilter;
}

/** The filter that names those meant; null: nobody was picked. */
export function filterOfSelected({ picked, filter }: Selected): RegistrantFilter | null {
  if (picked === null) return filter;
  if (picked.length === 0) return null;
  // Whoever cancelled was picked in the list of those who did.
  return { registrantIds: picked, ...(filter.cancelled && { cancelled: true }) };
}

/** What an address has besides: `people`, the place in a list, and what the page before has to say. */
const BESIDES = /^(?:scope|people|after|notice(?:\..*)?)$/;

/**
 * A page about a selection has an address: it can be loaded again, and gone back to. People picked one by one stand in it with
 * 22 letters each. Null: too many were picked.
 */
export function selectionQuery({ picked, filter }: Selected): URLSearchParams | null {
  if (picked && picked.length > MOST_PICKED) return null;
  const query = new URLSearchParams([['scope', picked ? 'selected' : 'matching'], ...filterEntries(filter)]);
  if (picked) query.set('people', picked.map(packed).join(''));
  return query;
}

/** Throws `malformed` where no page of ours links to it, and where a part of the filter cannot be read: it would mean more people. */
export function readSelection(query: URLSearchParams): Selected {
  const people = query.get('people');
  const isOurs = [...query.keys()].every((name) => isFilterName(name) || BESIDES.test(name));
  const isPicked = query.get('scope') === 'selected';
  if (!isOurs || isPicked !== (people !== null)) throw unreadable();
  if (people !== null && !/^(?:[\w-]{22})+$/.test(people)) throw unreadable();
  if (people !== null && people.length > 22 * MOST_PICKED) throw unreadable();
  return {
    picked: people === null ? null : (people.match(/.{22}/g)?.map(unpacked) ?? []),
    filter: requireReadable(query),
  };
}

/** The filter in a query or form. Throws `malformed` where it could be read in part only. */
export function requireReadable(query: URLSearchParams): RegistrantFilter {
  const { filter, problems } = readFilter(query);
  if (problems.length > 0) throw unreadable();
  return filter;
}

export function unreadable(): AppError {
  return new AppError('malformed', 'The selection could not be read: go back to the list and select again.');
}

function packed(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

function unpacked(text: string): string {
  const hex = Buffer.from(text, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
