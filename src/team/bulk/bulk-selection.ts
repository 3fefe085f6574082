import type { Context } from 'hono';
import { z } from 'zod';
import type { Selection } from '../../db/fan-out.ts';
import type { Db } from '../../db/pool.ts';
import { listRegistrantIds } from '../../db/registrant.ts';
import { MESSAGE_STATUSES } from '../../domain/delivery/status.ts';
import { AppError } from '../../domain/errors.ts';
import { areConditions, type Conditions, readConditions } from '../../domain/milestones.ts';
import { MOST_NAMED } from '../../domain/registrant-filter.ts';
import { readLists } from '../../http/forms.ts';

const list = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => [value ?? []].flat(),
    z.array(item).transform((items) => [...new Set(items)]),
  );

const bulkForm = z.object({
  scope: z.enum(['selected', 'matching']).default('selected'),
  registrantId: list(z.uuid().toLowerCase()),
  // As the list itself takes it.
  q: z.string().trim().max(200).default(''),
  emailStatus: list(z.enum([...MESSAGE_STATUSES, 'none'])),
  confirmed: z.literal('1').optional(),
  /** Made with the preview, so that what it asks for is done once however often it is sent. */
  token: z.uuid().optional(),
});

/** Whom the People page's form means. */
export type BulkForm = z.output<typeof bulkForm> & Conditions;

/** Throws `malformed` where it is no form that a page of ours sends. */
export async function readBulkForm(c: Context): Promise<BulkForm> {
  const lists = await readLists(c);
  const single = (name: string) => lists[name]?.at(-1);
  const result = bulkForm.safeParse({
    ...lists,
    ...{ scope: single('scope'), q: single('q'), confirmed: single('confirmed'), token: single('token') },
  });
  if (!result.success)
    throw new AppError('malformed', 'The selection could not be read: go back to the list and select again.');
  const fields = Object.entries(lists).flatMap(([name, values = []]) => values.map((value) => [name, value]));
  return { ...result.data, ...readConditions(new URLSearchParams(fields)) };
}

/**
 * The people meant. What was searched for becomes ids here: a job holds no name and no address, and knows no filter but the
 * email status. Null: nobody was selected; `too_many`: more were found than one job can name.
 */
export async function selectionOf(
  db: Db,
  eventId: string,
  { scope, registrantId, q, emailStatus, ...conditions }: Omit<BulkForm, 'confirmed' | 'token'>,
): Promise<Selection | null | 'too_many'> {
  if (scope === 'selected') return registrantId.length ? { registrantIds: registrantId } : null;
  if (q === '' && !areConditions(conditions)) return emailStatus.length ? { emailStatus } : { all: true };
  const filter = {
    ...{ ...conditions, eventId, q: q || null },
    emailStatus: emailStatus.length ? emailStatus : null,
  };
  const found = await listRegistrantIds(db, filter, MOST_NAMED + 1);
  return found.length > MOST_NAMED ? 'too_many' : { registrantIds: found };
}
