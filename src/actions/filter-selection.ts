import type { Selection } from '../db/fan-out.ts';
import type { Db } from '../db/pool.ts';
import { listRegistrantIds } from '../db/registrant.ts';
import { AppError } from '../domain/errors.ts';
import { areConditions, type Conditions } from '../domain/milestones.ts';
import { MOST_NAMED, type RegistrantFilterInput } from '../domain/registrant-filter.ts';

/**
 * The people that a filter means. What it searches for becomes ids here: a job holds no name and no address. Throws
 * `invalid_input` where it finds more than one job can name.
 */
export async function selectionByFilter(
  db: Db,
  eventId: string,
  { q, emailStatus, registrantIds, ...rest }: RegistrantFilterInput,
): Promise<Selection> {
  const conditions: Conditions = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  );
  if (q === undefined && !areConditions(conditions)) {
    if (registrantIds && !emailStatus) return { registrantIds };
    if (!registrantIds) return emailStatus ? { emailStatus } : { all: true };
  }
  const query = { ...conditions, eventId, q: q ?? null, emailStatus: emailStatus ?? null };
  const found = await listRegistrantIds(db, query, MOST_NAMED + 1, registrantIds);
  if (found.length <= MOST_NAMED) return { registrantIds: found };
  throw new AppError('invalid_input', 'The filter finds too many registrants.', {
    errors: [
      {
        path: 'filter',
        message: `finds more than ${MOST_NAMED.toLocaleString('en')} registrants: narrow it down`,
      },
    ],
  });
}
