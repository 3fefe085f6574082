import { z } from '@hono/zod-openapi';
import { AppError } from '../domain/errors.ts';
import {
  FILTER_PARTS,
  type FilterPart,
  isFilterName,
  queryForm,
  type RegistrantFilter,
  readFilter,
} from '../domain/registrant-filter.ts';

const EXAMPLES: Readonly<Partial<Record<FilterPart, string>>> = {
  emailStatus: 'bounced,failed',
  emailDomain: 'example.com',
  emailDomainStatus: 'does_not_exist,no_mail',
  registeredAfter: '2027-01-15T17:00:00Z',
  registeredBefore: '2027-01-16T17:00:00Z',
  q: 'ada',
};
/** The parameters of a filter, as the description has them. What they may say `requireFilter` checks. */
export const filterQuery = Object.fromEntries(
  FILTER_PARTS.flatMap((part) => {
    const { as } = queryForm(part);
    // Named after what they ask for: `field.company`.
    if (as === 'record') return [];
    const schema = z.unknown().openapi({
      type: 'string',
      ...(as === 'boolean' && { enum: ['true', 'false'] }),
      ...(EXAMPLES[part] && { example: EXAMPLES[part] }),
    });
    return [[part, schema.optional()]];
  }),
);

/** The filter of a list's query, which may have these parameters besides. Throws `invalid_input`. */
export function requireFilter(query: URLSearchParams, besides: readonly string[]): RegistrantFilter {
  const { filter, problems } = readFilter(query);
  const unknown = [...new Set(query.keys())].filter((name) => !isFilterName(name) && !besides.includes(name));
  const errors = [...problems, ...unknown.map((path) => ({ path, message: 'is not known here' }))];
  if (errors.length > 0)
    throw new AppError('invalid_input', 'The input is not valid: `errors` says what and where.', { errors });
  return filter;
}
