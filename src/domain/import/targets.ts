import type { z } from 'zod';
import type { newRegistrant } from '../input.ts';

export const KNOWN = {
  email: 'email',
  first_name: 'firstName',
  last_name: 'lastName',
  full_name: 'fullName',
  locale: 'locale',
  time_zone: 'timeZone',
  access_key: 'accessKey',
} as const satisfies Readonly<Record<string, keyof z.input<typeof newRegistrant> | 'fullName'>>;

export const SOURCE = {
  utm_source: 'utmSource',
  utm_medium: 'utmMedium',
  utm_campaign: 'utmCampaign',
  utm_term: 'utmTerm',
  utm_content: 'utmContent',
  referrer: 'referrer',
} as const satisfies Readonly<Record<string, keyof z.output<typeof newRegistrant>['source']>>;

export type KnownKey = (typeof KNOWN)[keyof typeof KNOWN];
export type SourceKey = (typeof SOURCE)[keyof typeof SOURCE];

/** What a column can be mapped to by hand: one of ours, a further field, or nothing. */
export const TARGETS = [...Object.keys(KNOWN), ...Object.keys(SOURCE), 'field', 'skip'] as readonly Target[];
export type Target = keyof typeof KNOWN | keyof typeof SOURCE | 'field' | 'skip';

/** What each column of a file is: one that every registrant has, where they came from, a further field, or nothing. */
export type Column = {
  /** As the file has it; made unique, so that a mapping can name it. */
  readonly name: string;
  /** What it is without a mapping. */
  readonly automatic: Target;
  /** The column of the same name before it: a cell that says the same again says nothing. */
  readonly repeats?: number;
} & (
  | { readonly is: 'known'; readonly key: KnownKey; readonly lastFirst?: boolean }
  | { readonly is: 'source'; readonly key: SourceKey }
  | { readonly is: 'field'; readonly field: string }
  | { readonly is: 'left_out' }
);

/** Columns mapped by hand, by name. */
export type Mapping = Readonly<Record<string, Target>>;

/** What a column is taken for, as `?map=` and the forms name it. */
export function targetOf(column: Column): Target {
  if (column.is === 'left_out') return 'skip';
  if (column.is === 'field') return 'field';
  const table = column.is === 'known' ? KNOWN : SOURCE;
  return (Object.entries(table).find(([, key]) => key === column.key)?.[0] ?? 'field') as Target;
}

/** Whether one column alone can be it. */
export function isSingle(target: Target): boolean {
  return target !== 'field' && target !== 'skip';
}
