import type { Column } from '../../../domain/csv-registrants.ts';

/** The columns that a file may have, as people read of them. */
export const COLUMN_MEANINGS: readonly {
  readonly name: string;
  readonly meaning: string;
  readonly example: string;
}[] = [
  { name: 'email', meaning: 'The address; the one column that must be there', example: 'ada@example.com' },
  { name: 'first_name, last_name', meaning: 'Their names', example: 'Ada, Lovelace' },
  { name: 'locale', meaning: 'The language of their mails', example: 'en, fr-CA' },
  { name: 'time_zone', meaning: 'The clock that their mails go by', example: 'Europe/London' },
  {
    name: 'access_key',
    meaning: 'The key they have already; who has none gets a new one',
    example: '9f2c41…',
  },
  {
    name: 'utm_source, utm_medium, utm_campaign, utm_term, utm_content, referrer',
    meaning: 'Where they came from',
    example: 'newsletter',
  },
  { name: 'any other name', meaning: 'A field of your own', example: 'Company' },
];

const KNOWN = {
  email: 'E-mail address',
  firstName: 'First name',
  lastName: 'Last name',
  locale: 'Language',
  timeZone: 'Time zone',
  accessKey: 'Access key',
} as const;

/** What becomes of a column of a file. */
export function columnBecomes(column: Column): string {
  if (column.is === 'known') return KNOWN[column.key];
  if (column.is === 'source') return 'Where they came from';
  return column.is === 'field' ? 'A field of your own' : 'Left out';
}
