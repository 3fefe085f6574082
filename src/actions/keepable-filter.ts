import type { Db } from '../db/pool.ts';
import { listRegistrantIds } from '../db/registrant.ts';
import {
  hasWrittenParts,
  MOST_NAMED,
  type RegistrantFilter,
  WRITTEN_PARTS,
  withoutParts,
} from '../domain/registrant-filter.ts';

/**
 * The filter as a job or a row may keep it. A name that was searched for, an answer or a domain would stay there when its person is
 * erased: instead it names the ids of those whom the filter finds now, and the rest of its parts holds whenever it is used. Where it
 * finds more people than can be named it stays as it is, since what so many have in common tells of none of them.
 */
export async function keepableFilter(
  db: Db,
  eventId: string,
  filter: RegistrantFilter,
): Promise<RegistrantFilter> {
  if (!hasWrittenParts(filter)) return filter;
  const found = await listRegistrantIds(db, eventId, filter, MOST_NAMED + 1);
  if (found.length > MOST_NAMED) return filter;
  return { ...withoutParts(filter, WRITTEN_PARTS), registrantIds: found.sort() };
}
