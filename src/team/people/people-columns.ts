/** The columns that there are beside the name, in the order in which they are shown. */
export const PEOPLE_COLUMNS = [
  'email',
  'emailStatus',
  'registeredAt',
  'lastMail',
  'joinedAt',
  'accessKey',
  'accessLink',
  'locale',
  'timeZone',
  'source',
] as const;
export type PeopleColumn = (typeof PEOPLE_COLUMNS)[number];

export const COLUMN_WORDS: Readonly<Record<PeopleColumn, string>> = {
  email: 'Email',
  emailStatus: 'Email status',
  registeredAt: 'Registered',
  lastMail: 'Last mail',
  joinedAt: 'Joined',
  accessKey: 'Access key',
  accessLink: 'Access link',
  locale: 'Language',
  timeZone: 'Time zone',
  source: 'Source',
};

export const USUAL_COLUMNS: readonly string[] = [
  'email',
  'emailStatus',
  'registeredAt',
  'lastMail',
  'joinedAt',
];

/** Before the name of a field of the registrants' own. */
export const FIELD_PREFIX = 'fields.';

/** Those that this event has, of the ones that somebody chose, whichever event that was on. */
export function shownColumns(chosen: readonly string[] | null, fields: readonly string[]): readonly string[] {
  const wanted = new Set(chosen ?? USUAL_COLUMNS);
  return [...PEOPLE_COLUMNS, ...fields.map((field) => FIELD_PREFIX + field)].filter((key) => wanted.has(key));
}

export function columnWords(key: string): string {
  return key.startsWith(FIELD_PREFIX) ? key.slice(FIELD_PREFIX.length) : COLUMN_WORDS[key as PeopleColumn];
}
