import type { z } from 'zod';
import {
  type FileName,
  fileName,
  PERSON_KEYS,
  type PersonKey,
  SOURCE_NAMES,
  type SourceName,
} from '../columns.ts';
import type { newRegistrant } from '../input.ts';

/** What somebody is registered with. Both names in one column are split before. */
export type KnownKey = PersonKey & (keyof z.input<typeof newRegistrant> | 'fullName');
export type SourceKey = SourceName;

/** Those of our columns that an import takes, by the name that a file has for them. */
export const KNOWN = byFileName<KnownKey>(PERSON_KEYS);
export const SOURCE = byFileName<SourceKey>(SOURCE_NAMES);

type ByFileName<Key extends string> = { readonly [K in Key as FileName<K>]: K };

function byFileName<Key extends string>(keys: readonly Key[]): ByFileName<Key> {
  return Object.fromEntries(keys.map((key) => [fileName(key), key])) as ByFileName<Key>;
}

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
