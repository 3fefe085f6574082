import { z } from 'zod';
import type { Pool } from '../../db/pool.ts';
import { allowing } from '../../db/pool.ts';
import { countFound, foundCount } from '../../db/registrant.ts';
import { type RegistrantFilter, registrantFilter } from '../../domain/registrant-filter.ts';
import { filterOfSelected } from '../bulk/selection-query.ts';
import { type FieldLabels, filterWords } from '../people/filter-words.ts';
import { LONGEST_BACK, readViewOrProblems } from '../people/people-list.ts';
import type { PeopleView } from '../people/people-view.ts';

/** Which people are exported: everybody, those of the People page's filter, or those selected there. */
export const EXPORTED = ['all', 'filter', 'selection'] as const;
export type Exported = (typeof EXPORTED)[number];

export interface ExportChoice {
  readonly exported: Exported;
  /** The People page's list as it was left, and where to go back to. */
  readonly view: PeopleView;
  readonly registrantIds: readonly string[];
}

/** Reads what the People page's form `selection`, or the export form, says. Null: it names nobody, or whom cannot be read. */
export function readChoice(
  lists: Readonly<Record<string, readonly string[] | undefined>>,
): ExportChoice | null {
  const asked = lists.export?.at(-1);
  const { view, problems } = readViewOrProblems(
    new URLSearchParams((lists.back?.at(-1) ?? '').slice(0, LONGEST_BACK)),
  );
  const registrantIds = (lists.registrantId ?? []).filter((id) => z.uuid().safeParse(id).success);
  // "All that match" is ticked: the filter says who they are.
  const isMatching = asked === 'selection' && lists.scope?.includes('matching');
  const exported = isMatching ? 'filter' : (EXPORTED.find((known) => known === asked) ?? 'all');
  const choice = { exported, view, registrantIds: exported === 'selection' ? registrantIds : [] };
  // What cannot be read names nobody, rather than everybody.
  if (exported === 'filter' && problems.length > 0) return null;
  return registrantFilter.nullable().safeParse(filterOf(choice)).success ? choice : null;
}

/** Null: everybody. */
export function filterOf({ exported, view, registrantIds }: ExportChoice): RegistrantFilter | null {
  if (exported === 'all') return null;
  if (exported === 'filter') return view.filter;
  // Nobody, where nobody was picked: null would be everybody.
  return filterOfSelected({ picked: registrantIds, filter: view.filter }) ?? { registrantIds: [] };
}

/** The filter in words, as it stands under "Export": `Bounced · “ada”`; null where it says nothing. */
export function choiceWords(
  { exported, view }: ExportChoice,
  timeZone: string,
  labels: FieldLabels,
): string | null {
  if (exported !== 'filter') return null;
  return (
    filterWords(view.filter, timeZone, labels)
      .map(({ chip }) => chip)
      .join(' · ') || null
  );
}

/** How many people the choice names now; null: more than are counted. */
export async function countChosen(pool: Pool, eventId: string, choice: ExportChoice): Promise<number | null> {
  if (choice.exported === 'selection') return choice.registrantIds.length;
  const filter = filterOf(choice) ?? {};
  return foundCount(filter, await countFound(allowing(pool, 'slice'), eventId, filter));
}
