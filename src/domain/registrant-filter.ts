import { z } from 'zod';
import { MESSAGE_STATUSES } from './delivery/status.ts';
import { safeText } from './text.ts';

/** So many registrants can be named one by one. */
export const MOST_NAMED = 10_000;

const PARTS = ['emailStatus', 'q', 'registrantIds'] as const;

/** Names registrants of an event, as the API takes it; its parts are joined by "and". `none`: has no email status yet. */
export const registrantFilter = z.strictObject(
  {
    emailStatus: z
      .array(z.enum([...MESSAGE_STATUSES, 'none']))
      .min(1, 'names no status')
      .transform((statuses) => [...new Set(statuses)].sort())
      .optional(),
    q: safeText(200).min(1, 'is missing').optional(),
    registrantIds: z
      .array(z.uuid().toLowerCase())
      .min(1, 'names no registrant')
      .max(MOST_NAMED, `at most ${MOST_NAMED.toLocaleString('en')} at once`)
      .transform((ids) => [...new Set(ids)].sort())
      .optional(),
  },
  {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `is not supported in this filter: use ${PARTS.join(', ')}` : undefined,
  },
);
export type RegistrantFilterInput = z.output<typeof registrantFilter>;
