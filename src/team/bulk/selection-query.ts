import { z } from 'zod';
import { MESSAGE_STATUSES } from '../../domain/delivery/status.ts';
import { AppError } from '../../domain/errors.ts';
import { type Conditions, conditionEntries, readConditions } from '../../domain/milestones.ts';
import type { BulkForm } from './bulk-selection.ts';

/** So many people picked one by one fit into an address: twice as many as stand on a page of the list. */
export const MOST_PICKED = 200;

/** Who was selected, as the address of a page says it. */
export type Selected = Pick<BulkForm, 'scope' | 'registrantId' | 'q' | 'emailStatus'> & Conditions;

const queryOf = z.object({
  people: z
    .string()
    .regex(/^(?:[\w-]{22})+$/)
    .max(22 * MOST_PICKED)
    .nullable(),
  q: z.string().trim().max(200),
  emailStatus: z.array(z.enum([...MESSAGE_STATUSES, 'none'])),
});

/**
 * A page about a selection has an address: it can be loaded again, and gone back to. People picked one by one stand in it with
 * 22 letters each. Null: too many were picked.
 */
export function selectionQuery({
  scope,
  registrantId,
  q,
  emailStatus,
  ...conditions
}: Selected): URLSearchParams | null {
  if (scope === 'selected' && registrantId.length > MOST_PICKED) return null;
  const query = new URLSearchParams([
    ['scope', scope],
    ...emailStatus.map((status) => ['emailStatus', status]),
    ...conditionEntries(conditions),
  ]);
  if (q) query.set('q', q);
  if (scope === 'selected') query.set('people', registrantId.map(packed).join(''));
  return query;
}

/** Throws `malformed` where no page of ours links to it. */
export function readSelection(query: URLSearchParams): Selected {
  const read = queryOf.safeParse({
    ...{ people: query.get('people'), q: query.get('q') ?? '', emailStatus: query.getAll('emailStatus') },
  });
  if (!read.success)
    throw new AppError('malformed', 'The selection could not be read: go back to the list and select again.');
  const { people, q, emailStatus } = read.data;
  const registrantId = people?.match(/.{22}/g)?.map(unpacked) ?? [];
  return {
    ...{ scope: people === null ? 'matching' : 'selected', registrantId, q, emailStatus },
    ...readConditions(query),
  };
}

function packed(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

function unpacked(text: string): string {
  const hex = Buffer.from(text, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
