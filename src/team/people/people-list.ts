import { z } from 'zod';
import { latestMails } from '../../db/message.ts';
import { allowing, type ReadPool } from '../../db/pool.ts';
import {
  countFound,
  FEW,
  foundCount,
  listRegistrants,
  type RegistrantQuery,
  registrantDetailsOf,
} from '../../db/registrant.ts';
import { activeParts, readFilter } from '../../domain/registrant-filter.ts';
import { cursorInstantOrNone, readCursor, writeCursor } from '../../http/cursor.ts';
import type { ShownStatus } from '../parts/status-badge.tsx';
import { isOfDetails } from './people-columns.ts';
import type { PeopleRow } from './people-table.tsx';
import { PEOPLE_SORTS, type PeopleView, USUAL_SORT, usualDirection, viewPath } from './people-view.ts';
import type { Person } from './person.ts';

const PAGE = 50;

/** Of the query that a form carries, to come back to the list: cut off there, a part of the filter could be lost. */
export const LONGEST_BACK = 100_000;

/** The view that an address asks for. What is none of ours is left out, so that old addresses go on working. */
export function readView(query: URLSearchParams): PeopleView {
  return readViewOrProblems(query).view;
}

/** The same, and what of its filter could not be read, by name: whoever acts on all that match must refuse it then. */
export function readViewOrProblems(query: URLSearchParams): {
  readonly view: PeopleView;
  readonly problems: readonly string[];
} {
  const sort = PEOPLE_SORTS.find((known) => known === query.get('sort')) ?? USUAL_SORT;
  const direction = query.get('direction');
  const person = z.uuid().safeParse(query.get('person'));
  const { filter, problems } = readFilter(query);
  const view: PeopleView = {
    filter,
    sort,
    direction: direction === 'ascending' || direction === 'descending' ? direction : usualDirection(sort),
    cursor: query.get('cursor'),
    person: person.success ? person.data.toLowerCase() : null,
  };
  return { view, problems: [...new Set(problems.map(({ path }) => path))] };
}

export interface PeopleList {
  readonly rows: readonly PeopleRow[];
  readonly counts: ReadonlyMap<ShownStatus, number>;
  /** They were counted so far and there are more; null: these are all. */
  readonly countsCutAt: number | null;
  readonly previous: string | null;
  readonly next: string | null;
}

/**
 * The rows of a view, with what these columns tell, and how many people there are. Throws `invalid_input` for a cursor of another
 * list.
 */
export async function loadPeople(
  pool: ReadPool,
  eventId: string,
  view: PeopleView,
  toPerson: (registrant: RegistrantRow) => Person,
  columns: readonly string[],
): Promise<PeopleList> {
  const { filter, sort } = view;
  // They may read all registrants of the event.
  const counted = allowing(pool, 'slice');
  const position = readPosition(view);
  const isBackwards = position?.side === 'before';
  const counting = countFound(counted, eventId, filter);
  // How some of them are best found depends on how many they are.
  const isSome = filter.q === undefined && activeParts(filter).length > 0;
  const known = isSome ? foundCount(filter, await counting) : null;
  const [found, { byStatus, cutAt }] = await Promise.all([
    listRegistrants(counted, {
      ...{ eventId, filter, sort, limit: PAGE + 1, after: position },
      descending: (view.direction === 'descending') !== isBackwards,
      areFew: known !== null && known <= FEW,
    }),
    counting,
  ]);
  const page = found.slice(0, PAGE);
  if (isBackwards) page.reverse();
  const ids = page.map(({ id }) => id);
  const [mails, details] = await Promise.all([
    ids.length ? latestMails(pool, eventId, ids) : [],
    ids.length && columns.some(isOfDetails)
      ? registrantDetailsOf(pool, eventId, ids)
      : new Map<string, never>(),
  ]);
  const mailOf = new Map(mails.map((mail) => [mail.registrantId, mail]));
  const hasMore = found.length > PAGE;
  const [first, last] = [page[0], page.at(-1)];
  const to = (side: Side, row: RegistrantRow | undefined) =>
    row
      ? viewPath(eventId, {
          ...view,
          person: null,
          cursor: writeCursor([side, sort, view.direction, row.sortKey, row.id]),
        })
      : null;
  return {
    rows: page.map((row) => ({
      ...toPerson(row),
      lastMail: mailOf.get(row.id) ?? null,
      technical: { ...details.get(row.id)?.technical, ...details.get(row.id)?.source },
    })),
    counts: byStatus,
    countsCutAt: cutAt,
    previous: isBackwards ? (hasMore ? to('before', first) : null) : position ? to('before', first) : null,
    next: isBackwards || hasMore ? to('after', last) : null,
  };
}

export type RegistrantRow = Awaited<ReturnType<typeof listRegistrants>>[number];
type Side = 'after' | 'before';

function readPosition({
  cursor,
  sort,
  direction,
}: PeopleView): (NonNullable<RegistrantQuery['after']> & { readonly side: Side }) | null {
  const key = sort.endsWith('At') ? cursorInstantOrNone : z.string().max(1_000);
  const position = readCursor(
    cursor ?? undefined,
    z.tuple([z.enum(['after', 'before']), z.literal(sort), z.literal(direction), key, z.uuid()]),
  );
  return position && { side: position[0], key: position[3], id: position[4] };
}
