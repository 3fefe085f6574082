import { z } from 'zod';
import { asciiDomain } from './address.ts';
import { SOURCE_NAMES } from './columns.ts';
import { MESSAGE_STATUSES } from './delivery/status.ts';
import type { FieldError } from './errors.ts';
import { MAX_FIELD_LENGTH } from './form-fields.ts';
import { instant } from './instant.ts';
import { DOMAIN_STATUSES } from './mail-domain.ts';
import { fieldName, NO_FIELD, personText, safeText } from './text.ts';

// A filter names registrants of an event, everywhere in the same way: in the API's bodies and queries, on the People page, in exports,
// in mails to many and in saved views. What there is to filter by stands in this table; everywhere else it is derived, SQL included
// (`src/db/people-filter.ts`). A new part needs its condition there and its words in `src/team/people/filter-words.ts`.

/** So many registrants can be named one by one. */
export const MOST_NAMED = 10_000;
const MOST_DOMAINS = 20;
/** So many fields or sources can be asked for at once. */
const MOST_VALUES = 10;

export const FILTER_STATUSES = [...MESSAGE_STATUSES, 'none'] as const;

/** How the values of a part stand in a query: `?joined=false`, `?emailStatus=bounced,failed`, `?field.company=ACME`. */
type QueryForm =
  | { readonly as: 'text' | 'boolean' | 'list' }
  | { readonly as: 'record'; readonly prefix: string };

interface Part {
  /** As it comes in a body, and as it is kept: as JSON, and the same however often it is read. */
  readonly schema: z.ZodType;
  readonly query: QueryForm;
  /** What it is called in a list of parts. */
  readonly label: string;
  /** Whether somebody's name, address or answer may stand in it: it is not kept where few people are meant. */
  readonly isWritten: boolean;
}

const flag = z.boolean('must be true or false');
const time = instant.transform((at) => at.toISOString());
const filterText = personText(MAX_FIELD_LENGTH, { lines: true }).min(1, 'is missing');

function unique<T extends string>(items: readonly T[]): T[] {
  return [...new Set(items)].sort();
}

const PARTS = {
  /** `none`: nothing was ever sent to them. */
  emailStatus: {
    schema: z.array(z.enum(FILTER_STATUSES)).min(1, 'names no status').transform(unique),
    query: { as: 'list' },
    label: 'email status',
    isWritten: false,
  },
  delivered: { schema: flag, query: { as: 'boolean' }, label: 'delivered', isWritten: false },
  opened: { schema: flag, query: { as: 'boolean' }, label: 'opened', isWritten: false },
  linkOpened: { schema: flag, query: { as: 'boolean' }, label: 'link opened', isWritten: false },
  joined: { schema: flag, query: { as: 'boolean' }, label: 'joined', isWritten: false },
  emailDomain: {
    schema: z
      .array(
        safeText(253)
          .transform((domain) => asciiDomain(domain.toLowerCase()))
          .refine((domain) => /^[a-z0-9.-]{1,253}$/.test(domain), 'is no domain'),
      )
      .min(1, 'names no domain')
      .max(MOST_DOMAINS, `at most ${MOST_DOMAINS} domains`)
      .transform(unique),
    query: { as: 'list' },
    label: 'email domain',
    isWritten: true,
  },
  /** What the DNS says of the domain. */
  emailDomainStatus: {
    schema: z
      .array(z.enum(DOMAIN_STATUSES, `must be one of ${DOMAIN_STATUSES.join(', ')}`))
      .min(1, 'names no status')
      .transform(unique),
    query: { as: 'list' },
    label: 'email domain status',
    isWritten: false,
  },
  fields: {
    schema: z
      .record(fieldName, filterText)
      .refine((values) => Object.keys(values).length > 0, 'names no field')
      .refine((values) => Object.keys(values).length <= MOST_VALUES, `at most ${MOST_VALUES} fields`),
    query: { as: 'record', prefix: 'field.' },
    label: 'fields',
    isWritten: true,
  },
  source: {
    schema: z
      .partialRecord(z.enum(SOURCE_NAMES), filterText, {
        error: ({ code }: { readonly code?: string }) =>
          code === 'unrecognized_keys' ? `is no source: use ${SOURCE_NAMES.join(', ')}` : undefined,
      })
      .refine((values) => Object.keys(values).length > 0, {
        error: 'names no source',
        // Of an unknown one that is said.
        when: ({ issues }) => issues.length === 0,
      }),
    query: { as: 'record', prefix: 'source.' },
    label: 'source',
    isWritten: true,
  },
  /** At this instant or later. */
  registeredAfter: { schema: time, query: { as: 'text' }, label: 'registration time', isWritten: false },
  /** Before this instant. */
  registeredBefore: { schema: time, query: { as: 'text' }, label: 'registration time', isWritten: false },
  /** Found anywhere in the address or the name, without case and accents; one or two letters where a word begins. */
  q: {
    schema: personText(200).min(1, 'is missing'),
    query: { as: 'text' },
    label: 'search',
    isWritten: true,
  },
  registrantIds: {
    // Upper-case ids are the same ids.
    schema: z
      .array(z.uuid().toLowerCase())
      .min(1, 'names no registrant')
      .max(MOST_NAMED, `at most ${MOST_NAMED.toLocaleString('en')} at once`)
      .transform(unique),
    query: { as: 'list' },
    label: 'selection',
    isWritten: false,
  },
  /** True: those who cancelled, and only those. Otherwise nobody who cancelled is meant. */
  cancelled: { schema: flag, query: { as: 'boolean' }, label: 'cancelled', isWritten: false },
} as const satisfies Readonly<Record<string, Part>>;

export type FilterPart = keyof typeof PARTS;
export const FILTER_PARTS = Object.keys(PARTS) as readonly FilterPart[];

type PartValue<P extends FilterPart> = Readonly<z.output<(typeof PARTS)[P]['schema']>>;

/** Who of an event is meant. What is left out asks for nothing; `{}` is everybody who has not cancelled. Erased people never are. */
export type RegistrantFilter = { readonly [P in FilterPart]?: PartValue<P> | undefined };

/** Of a field that somebody may leave out: `registeredBefore` must come after `registeredAfter`. */
const ENDS_BEFORE_IT_BEGINS = { path: ['registeredBefore'], message: 'must be later than registeredAfter' };

function isInOrder({ registeredAfter, registeredBefore }: RegistrantFilter): boolean {
  // Both as `toISOString` writes them, but a year of five digits, which no instant here has.
  return (
    registeredAfter === undefined || registeredBefore === undefined || registeredAfter < registeredBefore
  );
}

const notAPart = `is not supported in this filter: use ${FILTER_PARTS.join(', ')}`;

/** A filter in a body of the API, a job's payload or a row. */
export const registrantFilter = z
  .strictObject(
    Object.fromEntries(FILTER_PARTS.map((part) => [part, PARTS[part].schema.optional()])) as unknown as {
      [P in FilterPart]: z.ZodOptional<(typeof PARTS)[P]['schema']>;
    },
    { error: ({ code }) => (code === 'unrecognized_keys' ? notAPart : undefined) },
  )
  // A copy: zod takes the message out of what it is given.
  .refine(isInOrder, { ...ENDS_BEFORE_IT_BEGINS });

export function queryForm(part: FilterPart): QueryForm {
  return PARTS[part].query;
}

/** The part that a name in a query belongs to, and which of its values; null: none of ours. */
function partOf(name: string): { readonly part: FilterPart; readonly key: string | null } | null {
  for (const part of FILTER_PARTS) {
    const query = queryForm(part);
    if (query.as === 'record') {
      if (name.startsWith(query.prefix)) return { part, key: name.slice(query.prefix.length) };
    } else if (name === part) return { part, key: null };
  }
  return null;
}

/** Whether a name in a query or form is one of a filter's. */
export function isFilterName(name: string): boolean {
  return partOf(name) !== null;
}

export interface ReadFilter {
  /** The parts that could be read. */
  readonly filter: RegistrantFilter;
  /** What could not, by its name in the query. Whoever acts on the filter must refuse it then: without the part it means more people. */
  readonly problems: readonly FieldError[];
}

/**
 * The filter in a query, or in the fields of a form. Names that are none of a filter's say nothing, as an empty `q` does, which
 * search forms send.
 */
export function readFilter(query: URLSearchParams): ReadFilter {
  const given: { [part in FilterPart]?: unknown } = {};
  const problems: FieldError[] = [];
  for (const name of new Set(query.keys())) {
    const found = partOf(name);
    if (!found) continue;
    const { part, key } = found;
    const values = [...new Set(query.getAll(name))];
    if (part === 'q' && values.every((value) => value.trim() === '')) continue;
    const form = queryForm(part);
    if (form.as === 'list') given[part] = values.flatMap((value) => value.split(',')).filter(Boolean);
    else if (key === NO_FIELD) problems.push({ path: name, message: `must not be ${NO_FIELD}` });
    else if (values.length > 1) problems.push({ path: name, message: 'is given more than once' });
    else if (key !== null)
      given[part] = Object.assign(Object.create(null), given[part], { [key]: values[0] });
    else given[part] = form.as === 'boolean' ? asBoolean(values[0]) : values[0];
  }
  const filter: { [part in FilterPart]?: unknown } = {};
  for (const part of FILTER_PARTS) {
    if (given[part] === undefined) continue;
    const form = queryForm(part);
    // A record's prototype is left out above, so that no name of a field is one of an object's own.
    const value = form.as === 'record' ? { ...(given[part] as object) } : given[part];
    const read = PARTS[part].schema.safeParse(value);
    if (read.success) filter[part] = read.data;
    else {
      const nameOf = (key: PropertyKey | undefined) =>
        form.as === 'record' && key !== undefined ? form.prefix + String(key) : part;
      for (const issue of read.error.issues as readonly z.core.$ZodIssue[]) {
        if (issue.code === 'unrecognized_keys')
          problems.push(...issue.keys.map((key) => ({ path: nameOf(key), message: issue.message })));
        else if (issue.code === 'invalid_key')
          problems.push({ path: nameOf(issue.path[0]), message: `the name ${issue.issues[0]?.message}` });
        else problems.push({ path: nameOf(issue.path[0]), message: issue.message });
      }
    }
  }
  const known = filter as RegistrantFilter;
  if (isInOrder(known)) return { filter: known, problems };
  const { registeredAfter: _, registeredBefore: __, ...rest } = known;
  const [path = ''] = ENDS_BEFORE_IT_BEGINS.path;
  return { filter: rest, problems: [...problems, { path, message: ENDS_BEFORE_IT_BEGINS.message }] };
}

function asBoolean(text: string | undefined): unknown {
  return text === 'true' ? true : text === 'false' ? false : text;
}

/** The filter as the parts of a query, in the order of the table; what says nothing is left out. */
export function filterEntries(filter: RegistrantFilter): [name: string, value: string][] {
  return activeParts(filter).flatMap((part): [string, string][] => {
    const form = queryForm(part);
    const value = filter[part];
    if (form.as === 'record')
      return Object.entries(value as Readonly<Record<string, string>>)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, text]) => [form.prefix + key, text]);
    return (Array.isArray(value) ? value : [value]).map((one) => [part, String(one)]);
  });
}

/** The same as the fields of a form. */
export function filterFields(filter: RegistrantFilter): Readonly<Record<string, readonly string[]>> {
  // A field may be called as one of an object's own.
  const fields: Record<string, string[]> = Object.create(null);
  for (const [name, value] of filterEntries(filter)) fields[name] = [...(fields[name] ?? []), value];
  return fields;
}

/** The parts that leave somebody out, or ask for those who cancelled. */
export function activeParts(filter: RegistrantFilter): FilterPart[] {
  return FILTER_PARTS.filter(
    (part) => filter[part] !== undefined && !(part === 'cancelled' && !filter[part]),
  );
}

/** Without these parts. */
export function withoutParts(filter: RegistrantFilter, parts: readonly FilterPart[]): RegistrantFilter {
  return Object.fromEntries(
    activeParts(filter).flatMap((part) => (parts.includes(part) ? [] : [[part, filter[part]]])),
  );
}

/** Whether both mean the same people, whatever there is. */
export function isSameFilter(one: RegistrantFilter, other: RegistrantFilter): boolean {
  return JSON.stringify(filterEntries(one)) === JSON.stringify(filterEntries(other));
}

/** The parts in which somebody's name, address or answer may stand. */
export const WRITTEN_PARTS: readonly FilterPart[] = FILTER_PARTS.filter((part) => PARTS[part].isWritten);

export function hasWrittenParts(filter: RegistrantFilter): boolean {
  return activeParts(filter).some((part) => PARTS[part].isWritten);
}

/** What the part is called in a list of parts. */
export function partLabel(part: FilterPart): string {
  return PARTS[part].label;
}

/** What the parts of a filter are called, without what they ask for. */
export function partLabels(filter: RegistrantFilter): string[] {
  return [...new Set(activeParts(filter).map(partLabel))];
}
