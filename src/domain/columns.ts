/** What a registrant can be told by, on the People page, in an export, in an import and over the API. */
export interface RegistrantColumn {
  /** What every page calls it. */
  readonly label: string;
  /** Its group in the export's form; absent: no export has it. */
  readonly group?: ColumnGroup;
  /** Its place on the People page, by number; absent: that page cannot show it. */
  readonly people?: number;
  /** Whether the People page shows it to whoever chose no columns. */
  readonly usual?: true;
  /**
   * What an import takes it for: what the person is registered with, or where they came from. Absent: a column called so is
   * left out, because nobody can be registered with it.
   */
  readonly import?: 'person' | 'source';
}

/** The groups of the export's form, in its order. The fields of the registrants' own stand after the first, as in a file. */
export const COLUMN_GROUPS = { person: 'Person', access: 'Access', mail: 'Mail', source: 'Source' } as const;
export type ColumnGroup = keyof typeof COLUMN_GROUPS;

// In the order of a file that has all. Keys as the API has them; `fileName` makes the names that files have.
const TABLE = {
  email: { label: 'Email', group: 'person', people: 10, usual: true, import: 'person' },
  firstName: { label: 'First name', group: 'person', import: 'person' },
  lastName: { label: 'Last name', group: 'person', import: 'person' },
  // Both names in one column: an import splits it.
  fullName: { label: 'Full name', import: 'person' },
  registeredAt: { label: 'Registered', group: 'person', people: 30, usual: true },
  locale: { label: 'Language', group: 'person', people: 120, import: 'person' },
  timeZone: { label: 'Time zone', group: 'person', people: 130, import: 'person' },
  // Of what follows, what says most, in one cell.
  source: { label: 'Source', people: 140 },
  utmSource: { label: 'utm_source', group: 'source', people: 150, import: 'source' },
  utmMedium: { label: 'utm_medium', group: 'source', people: 160, import: 'source' },
  utmCampaign: { label: 'utm_campaign', group: 'source', people: 170, import: 'source' },
  utmTerm: { label: 'utm_term', group: 'source', people: 180, import: 'source' },
  utmContent: { label: 'utm_content', group: 'source', people: 190, import: 'source' },
  referrer: { label: 'Referrer', group: 'source', people: 200, import: 'source' },
  registeredBy: { label: 'Registered by', group: 'source', people: 210 },
  userAgent: { label: 'Browser', group: 'source' },
  emailStatus: { label: 'Email status', group: 'mail', people: 20, usual: true },
  emailStatusAt: { label: 'Email status since', group: 'mail', people: 25 },
  lastMail: { label: 'Last mail', group: 'mail', people: 40, usual: true },
  lastMailStatus: { label: 'Status of the last mail', group: 'mail' },
  lastMailAt: { label: 'Time of the last mail', group: 'mail' },
  linkOpenedAt: { label: 'Link first opened', group: 'access', people: 70 },
  joinedAt: { label: 'Joined', group: 'access', people: 50, usual: true },
  joinedFrom: { label: 'Joined from', group: 'access', people: 80 },
  cancelledAt: { label: 'Cancelled', group: 'access', people: 90 },
  accessKey: { label: 'Access key', group: 'access', people: 100, import: 'person' },
  accessLink: { label: 'Access link', group: 'access', people: 110 },
} as const satisfies Readonly<Record<string, RegistrantColumn>>;

export type ColumnKey = keyof typeof TABLE;
export const COLUMNS: Readonly<Record<ColumnKey, RegistrantColumn>> = TABLE;

type KeysWith<Part> = { [K in ColumnKey]: (typeof TABLE)[K] extends Part ? K : never }[ColumnKey];

/** One that a file can have. */
export type FileColumn = KeysWith<{ readonly group: ColumnGroup }>;
/** One that the People page can show beside the name. */
export type PeopleColumn = KeysWith<{ readonly people: number }>;
/** One that an import registers people with. */
export type PersonKey = KeysWith<{ readonly import: 'person' }>;
/** One that says where a registrant came from. */
export type SourceName = KeysWith<{ readonly import: 'source' }>;

const KEYS = Object.keys(TABLE) as readonly ColumnKey[];
export const FILE_COLUMNS = KEYS.filter((key): key is FileColumn => COLUMNS[key].group !== undefined);
export const PERSON_KEYS = KEYS.filter((key): key is PersonKey => COLUMNS[key].import === 'person');
export const SOURCE_NAMES = KEYS.filter((key): key is SourceName => COLUMNS[key].import === 'source');
/** In the order in which the page has them. */
export const PEOPLE_COLUMNS = KEYS.filter(
  (key): key is PeopleColumn => COLUMNS[key].people !== undefined,
).toSorted((a, b) => TABLE[a].people - TABLE[b].people);

/** What a column is called in a file: `first_name` for `firstName`. */
export function fileName<Key extends string>(key: Key): FileName<Key> {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as FileName<Key>;
}
export type FileName<Key extends string> = Key extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${FileName<Rest>}`
  : Key;

/** Stands for all fields of the registrants' own. */
export const FIELDS = 'fields';
/** Before the name of one. */
export const FIELD = 'fields.';

const LABELS: ReadonlyMap<string, string> = new Map([
  [FIELDS, 'All further fields'],
  ...KEYS.flatMap((key) => [key, fileName(key)].map((name) => [name, COLUMNS[key].label] as const)),
]);

const NO_LABELS: ReadonlyMap<string, string> = new Map();

/**
 * What pages call a column, be it named as the API does, as a file does, or a field of the registrants' own. `labels`: of the event's form
 * (`fieldLabels`).
 */
export function columnLabel(name: string, labels = NO_LABELS): string {
  if (!name.startsWith(FIELD)) return LABELS.get(name) ?? name;
  const field = name.slice(FIELD.length);
  return labels.get(field) ?? field;
}
