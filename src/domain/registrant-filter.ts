import { z } from 'zod';
import { asciiDomain } from './address.ts';
import { MESSAGE_STATUSES } from './delivery/status.ts';
import { MILESTONES } from './milestones.ts';
import { safeText } from './text.ts';

/** So many registrants can be named one by one. */
export const MOST_NAMED = 10_000;

const PARTS = ['emailStatus', 'q', 'registrantIds', ...MILESTONES, 'emailDomain'] as const;

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
    delivered: z.boolean().optional(),
    opened: z.boolean().optional(),
    linkOpened: z.boolean().optional(),
    joined: z.boolean().optional(),
    emailDomain: z
      .array(
        safeText(253)
          .transform((domain) => asciiDomain(domain.toLowerCase()))
          .refine((domain) => /^[a-z0-9.-]{1,253}$/.test(domain), 'is no domain'),
      )
      .min(1, 'names no domain')
      .max(20, 'at most 20 domains')
      .optional(),
  },
  {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `is not supported in this filter: use ${PARTS.join(', ')}` : undefined,
  },
);
export type RegistrantFilterInput = z.output<typeof registrantFilter>;
