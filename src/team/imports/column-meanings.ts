import { columnLabel } from '../../domain/columns.ts';
import { type Column, TARGETS, type Target } from '../../domain/import/targets.ts';

/** What a column can be that is none of ours. */
const OTHERS: ReadonlyMap<Target, string> = new Map([
  ['field', 'Custom field'],
  ['skip', 'Ignored'],
]);

/** What a column can be chosen to be. */
export const TARGET_OPTIONS = TARGETS.map((value) => ({
  value,
  label: OTHERS.get(value) ?? columnLabel(value),
}));

/** The columns that a file may have, as people read of them. */
export const COLUMN_MEANINGS: readonly {
  readonly name: string;
  readonly meaning: string;
  readonly example: string;
}[] = [
  { name: 'email', meaning: 'The email address. This column is required', example: 'ada@example.com' },
  {
    name: 'first_name, last_name',
    meaning: 'Their names, or one column with both',
    example: 'Ada, Lovelace',
  },
  { name: 'locale', meaning: 'The language of their mails', example: 'en, fr-CA, Deutsch' },
  { name: 'time_zone', meaning: 'The time zone used in their mails', example: 'Europe/London' },
  {
    name: 'access_key',
    meaning: 'Their existing key. Without one they get a new key',
    example: '9f2c41…',
  },
  {
    name: 'utm_source, utm_medium, utm_campaign, utm_term, utm_content, referrer',
    meaning: 'Source',
    example: 'newsletter',
  },
  { name: 'any other name', meaning: 'Custom field', example: 'Company' },
];

/** What is said beside a choice that does not say all. */
export function columnNote(column: Column): string | null {
  if (column.is === 'known' && column.key === 'fullName')
    return 'Split in two if first and last name are empty';
  if (column.repeats !== undefined && column.is === 'field') return 'Kept if it differs from the one before';
  if (column.repeats !== undefined) return 'Used if the one before is empty';
  if (column.is === 'field' && column.field !== column.name) return `Kept as “${column.field}”`;
  return null;
}
