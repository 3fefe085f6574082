import { z } from 'zod';
import { latestMails } from '../../db/message.ts';
import { allowing, type Pool } from '../../db/pool.ts';
import {
  countByStatus,
  countFiltered,
  countFound,
  listRegistrants,
  type RegistrantQuery,
  registrantSources,
  type StatusCounts,
} from '../../db/registrant.ts';
import { MESSAGE_STATUSES } from '../../domain/delivery/status.ts';
import { areConditions, readConditions } from '../../domain/milestones.ts';
import { cursorInstantOrNone, readCursor, writeCursor } from '../../http/cursor.ts';
import type { ShownStatus } from '../parts/status-badge.tsx';
import type { PeopleRow } from './people-table.tsx';
import { PEOPLE_SORTS, type PeopleView, USUAL_SORT, usualDirection, viewPath } from './people-view.ts';
import type { Person } from './person.ts';

const PAGE = 50;
/** More that a search finds are not counted: it would take longer than finding them. */
export const COUNTED_AT_MOST = 2_000;

const FEW = 5_000;

const STATUSES: readonly ShownStatus[] = [...MESSAGE_STATUSES, 'none'];

/** The view that an address asks for. What is none of ours is left out, so that old addresses go on working. */
export function readView(query: URLSearchParams): PeopleView {
  const sort = PEOPLE_SORTS.find((known) => known === query.get('sort')) ?? USUAL_SORT;
  const direction = query.get('direction');
  const asked = new Set(query.getAll('emailStatus'));
  const person = z.uuid().safeParse(query.get('person'));
  return {
    q: (query.get('q') ?? '').trim().slice(0, 200).toWellFormed(),
    emailStatus: STATUSES.filter((status) => asked.has(status)),
    conditions: readConditions(query),
    sort,
    direction: direction === 'ascending' || direction === 'descending' ? direction : usualDirection(sort),
    cursor: query.get('cursor'),
    person: person.success ? person.data.toLowerCase() : null,
  };
}

export interface PeopleList {
  readonly rows: readonly PeopleRow[];
  readonly counts: ReadonlyMap<ShownStatus, number>;
  readonly countsAreCut: boolean;
  readonly previous: string | null;
  readonly next: string | null;
}

/** The rows of a view and how many people there are. Throws `invalid_input` for a cursor of another list. */
export async function loadPeople(
  pool: Pool,
  eventId: string,
  view: PeopleView,
  toPerson: (registrant: RegistrantRow) => Person,
  { withSource }: { readonly withSource: boolean },
): Promise<PeopleList> {
  const { q, sort, conditions = {} } = view;
  // They may read all registrants of the event.
  const counted = allowing(pool, 'slice');
  const position = readPosition(view);
  const isBackwards = position?.side === 'before';
  const whole = (byStatus: StatusCounts) => ({ byStatus, isCut: false });
  const counting = areConditions(conditions)
    ? countFiltered(counted, { ...conditions, eventId, q: q || null }).then(whole)
    : q
      ? countFound(counted, { eventId, q }, COUNTED_AT_MOST)
      : countByStatus(counted, eventId).then(whole);
  // How those of a status are best put in the order of their names depends on how many they are.
  const isByWords = !q && view.emailStatus.length > 0 && (sort === 'name' || sort === 'email');
  const areFew = isByWords && sumOf((await counting).byStatus, view.emailStatus) <= FEW;
  const [found, { byStatus, isCut }] = await Promise.all([
    listRegistrants(counted, {
      ...conditions,
      eventId,
      emailStatus: view.emailStatus.length ? view.emailStatus : null,
      q: q || null,
      sort,
      descending: (view.direction === 'descending') !== isBackwards,
      limit: PAGE + 1,
      after: position,
      areFew,
    }),
    counting,
  ]);
  const page = found.slice(0, PAGE);
  if (isBackwards) page.reverse();
  const ids = page.map(({ id }) => id);
  const [mails, sources] = await Promise.all([
    ids.length ? latestMails(pool, ids) : [],
    withSource && ids.length ? registrantSources(pool, ids) : new Map<string, Source>(),
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
      sourceText: sourceText(sources.get(row.id)),
    })),
    counts: byStatus,
    countsAreCut: isCut,
    previous: isBackwards ? (hasMore ? to('before', first) : null) : position ? to('before', first) : null,
    next: isBackwards || hasMore ? to('after', last) : null,
  };
}

export type RegistrantRow = Awaited<ReturnType<typeof listRegistrants>>[number];
type Source = Readonly<Record<string, string>>;
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

function sumOf(counts: ReadonlyMap<ShownStatus, number>, statuses: readonly ShownStatus[]): number {
  return statuses.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0);
}

function sourceText(source: Source | undefined): string | null {
  if (!source) return null;
  const campaign = [source.utmSource, source.utmMedium, source.utmCampaign].filter(Boolean).join(' / ');
  return campaign || source.referrer || null;
}
