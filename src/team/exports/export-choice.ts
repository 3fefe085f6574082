import { z } from 'zod';
import type { Pool } from '../../db/pool.ts';
import { allowing } from '../../db/pool.ts';
import { countByStatus, countFiltered, countFound } from '../../db/registrant.ts';
import { areConditions } from '../../domain/milestones.ts';
import { type RegistrantFilterInput, registrantFilter } from '../../domain/registrant-filter.ts';
import { STATUS_WORDS } from '../parts/status-badge.tsx';
import { conditionTexts } from '../people/condition-texts.ts';
import { COUNTED_AT_MOST, readView } from '../people/people-list.ts';
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

/** Reads what the People page's form `selection`, or the export form, says. Null: it names nobody. */
export function readChoice(
  lists: Readonly<Record<string, readonly string[] | undefined>>,
): ExportChoice | null {
  const asked = lists.export?.at(-1);
  const view = readView(new URLSearchParams((lists.back?.at(-1) ?? '').slice(0, 4_000)));
  const registrantIds = (lists.registrantId ?? []).filter((id) => z.uuid().safeParse(id).success);
  // "All that match" is ticked: the filter says who they are.
  const isMatching = asked === 'selection' && lists.scope?.includes('matching');
  const exported = isMatching ? 'filter' : (EXPORTED.find((known) => known === asked) ?? 'all');
  const choice = { exported, view, registrantIds: exported === 'selection' ? registrantIds : [] };
  // What cannot be read names nobody, rather than everybody.
  return registrantFilter.nullable().safeParse(filterOf(choice)).success ? choice : null;
}

/** Null: everybody. */
export function filterOf({ exported, view, registrantIds }: ExportChoice): RegistrantFilterInput | null {
  if (exported === 'all') return null;
  if (exported === 'selection') return { registrantIds: [...registrantIds] };
  const { q, emailStatus, sort: _1, direction: _2, cursor: _3, person: _4, conditions = {}, ...more } = view;
  // A filter that the list has and an export has not would give out people who are not shown: this does not compile then.
  more satisfies Record<string, never>;
  const { emailDomain, ...milestones } = conditions;
  return {
    ...(q && { q }),
    ...(emailStatus.length > 0 && { emailStatus: [...emailStatus] }),
    ...milestones,
    ...(emailDomain && { emailDomain: [...emailDomain] }),
  };
}

/** The filter in words, as it stands under "Export": `Bounced · “ada”`; null where it says nothing. */
export function filterWords({ exported, view }: ExportChoice): string | null {
  if (exported !== 'filter') return null;
  const statuses = view.emailStatus.map((status) => STATUS_WORDS[status]).join(' or ');
  const conditions = conditionTexts(view.conditions ?? {});
  const words = [statuses, view.q && `“${view.q}”`, ...conditions].filter(Boolean).join(' · ');
  return words || null;
}

/** How many people the choice names now; null: more than are counted. */
export async function countChosen(pool: Pool, eventId: string, choice: ExportChoice): Promise<number | null> {
  if (choice.exported === 'selection') return choice.registrantIds.length;
  const counting = allowing(pool, 'slice');
  const { q, emailStatus } = filterOf(choice) ?? {};
  const { conditions = {} } = choice.exported === 'filter' ? choice.view : {};
  if (areConditions(conditions)) {
    const byStatus = await countFiltered(counting, { eventId, q: q ?? null, ...conditions });
    return (emailStatus ?? [...byStatus.keys()]).reduce((sum, one) => sum + (byStatus.get(one) ?? 0), 0);
  }
  const { byStatus, isCut } = q
    ? await countFound(counting, { eventId, q }, COUNTED_AT_MOST)
    : { byStatus: await countByStatus(counting, eventId), isCut: false };
  if (isCut) return null;
  const wanted = emailStatus ?? [...byStatus.keys()];
  return wanted.reduce((sum, status) => sum + (byStatus.get(status) ?? 0), 0);
}
