import type { Context } from 'hono';
import { z } from 'zod';
import { readLists } from '../../http/forms.ts';
import { requireReadable, type Selected, unreadable } from './selection-query.ts';

const bulkForm = z.object({
  scope: z.enum(['selected', 'matching']).default('selected'),
  registrantId: z
    .array(z.uuid().toLowerCase())
    .default([])
    .transform((ids) => [...new Set(ids)]),
  confirmed: z.literal('1').optional(),
  /** Made with the preview, so that what it asks for is done once however often it is sent. */
  token: z.uuid().optional(),
});

/** Whom the People page's form means, and whether that was confirmed. */
export type BulkForm = Selected & Pick<z.output<typeof bulkForm>, 'confirmed' | 'token'>;

/** Throws `malformed` where it is no form that a page of ours sends. */
export async function readBulkForm(c: Context): Promise<BulkForm> {
  const lists = await readLists(c);
  const single = (name: string) => lists[name]?.at(-1);
  const read = bulkForm.safeParse({
    registrantId: lists.registrantId,
    ...{ scope: single('scope'), confirmed: single('confirmed'), token: single('token') },
  });
  if (!read.success) throw unreadable();
  const { scope, registrantId, ...confirmation } = read.data;
  const fields = Object.entries(lists).flatMap(([name, values = []]) => values.map((value) => [name, value]));
  return {
    ...confirmation,
    picked: scope === 'selected' ? registrantId : null,
    filter: requireReadable(new URLSearchParams(fields)),
  };
}
