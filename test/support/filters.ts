import fc from 'fast-check';
import { DOMAIN_STATUSES, type DomainStatus } from '../../src/domain/mail-domain.ts';
import type { RegistrantFilter } from '../../src/domain/registrant-filter.ts';

/** Somebody who is registered, with all that a filter asks for. */
export interface FilteredPerson {
  readonly name: string;
  readonly domain: string;
  readonly status: 'bounced' | 'delivered' | 'sent' | null;
  /** The rank of the furthest that a mail to them came; null: nothing is known. */
  readonly reached: 30 | 40 | 50 | null;
  readonly joined: boolean;
  readonly cancelled: boolean;
  readonly fields: Readonly<Record<string, string>>;
  readonly source: Readonly<Record<string, string>>;
  /** Hours after the first. */
  readonly hour: number;
}

export const FIRST_REGISTERED = new Date('2026-03-01T00:00:00.000Z');
const at = (hour: number) => new Date(FIRST_REGISTERED.getTime() + hour * 3_600_000).toISOString();

const DOMAINS = ['a.example', 'b.example', 'xn--mnchen-3ya.example'];
/** What the DNS says of some of them; of the others it was not asked. */
export const DOMAIN_STATUS: Readonly<Record<string, DomainStatus>> = {
  'a.example': 'ok',
  'b.example': 'does_not_exist',
};
const COMPANIES = ['ACME', 'acme', 'Müller & Söhne "GmbH"', "O'Neil %_"];
// Names of an object's own, and what looks like a name and a value of another one.
const FIELDS = ['company', 'constructor', 'a b', 'company=ACME'];
const SOURCES = ['utmSource', 'referrer'] as const;
const NAMES = ['ada', 'adam', 'bob', 'zoë'];

const pick = <T>(values: readonly T[]) => fc.constantFrom(...values);
const answers = (names: readonly string[]) =>
  fc
    .uniqueArray(fc.tuple(pick(names), pick(COMPANIES)), { selector: ([name]) => name, maxLength: 3 })
    .map((pairs) => Object.fromEntries(pairs));

export const filteredPeople: fc.Arbitrary<FilteredPerson[]> = fc
  .array(
    fc.record({
      name: pick(NAMES),
      domain: pick(DOMAINS),
      status: pick(['bounced', 'delivered', 'sent', null] as const),
      reached: pick([30, 40, 50, null] as const),
      joined: fc.boolean(),
      cancelled: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
      fields: answers(FIELDS),
      source: answers(SOURCES),
      hour: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 40, maxLength: 40 },
  )
  .map((people) => people.map((person, i) => ({ ...person, name: `${person.name}${i}` })));

/** Filters over such people; those with `registrantIds` name some of them by number. */
export const filters: fc.Arbitrary<RegistrantFilter & { readonly numbers?: readonly number[] }> = fc
  .record(
    {
      emailStatus: fc.uniqueArray(pick(['bounced', 'delivered', 'sent', 'none'] as const), { minLength: 1 }),
      delivered: fc.boolean(),
      opened: fc.boolean(),
      linkOpened: fc.boolean(),
      joined: fc.boolean(),
      emailDomain: fc.uniqueArray(pick(DOMAINS), { minLength: 1 }),
      emailDomainStatus: fc.uniqueArray(pick(DOMAIN_STATUSES), { minLength: 1 }),
      fields: answers(FIELDS).filter((values) => Object.keys(values).length > 0),
      source: answers(SOURCES).filter((values) => Object.keys(values).length > 0),
      registeredAfter: fc.integer({ min: 0, max: 5 }).map(at),
      registeredBefore: fc.integer({ min: 6, max: 10 }).map(at),
      q: pick(['ada', 'zoe', 'example', 'o']),
      cancelled: fc.boolean(),
      numbers: fc.uniqueArray(fc.integer({ min: 0, max: 39 }), { minLength: 1, maxLength: 30 }),
    },
    { requiredKeys: [] },
  )
  .map((filter) => ({
    ...filter,
    ...(filter.emailStatus && { emailStatus: filter.emailStatus.toSorted() }),
    ...(filter.emailDomain && { emailDomain: filter.emailDomain.toSorted() }),
    ...(filter.emailDomainStatus && { emailDomainStatus: filter.emailDomainStatus.toSorted() }),
  }));

/** Whether a filter means the person with this number, as the contract says it. */
export function isMeant(
  person: FilteredPerson,
  number: number,
  filter: RegistrantFilter & { readonly numbers?: readonly number[] },
): boolean {
  const { reached, joined } = person;
  const registered = at(person.hour);
  const has = (
    of: Readonly<Record<string, string>>,
    wanted: Readonly<Record<string, string | undefined>> = {},
  ) => Object.entries(wanted).every(([name, value]) => Object.hasOwn(of, name) && of[name] === value);
  const came = (asked: boolean | undefined, did: boolean) => asked === undefined || asked === did;
  const words = ` ${person.name}@${person.domain} `.normalize('NFKD').replace(/\p{M}/gu, '');
  return (
    person.cancelled === (filter.cancelled ?? false) &&
    (filter.emailStatus?.includes(person.status ?? 'none') ?? true) &&
    came(filter.delivered, reached !== null) &&
    came(filter.opened, reached !== null && reached >= 40) &&
    came(filter.linkOpened, joined || reached === 50) &&
    came(filter.joined, joined) &&
    (filter.emailDomain?.includes(person.domain) ?? true) &&
    (filter.emailDomainStatus?.some((status) => status === DOMAIN_STATUS[person.domain]) ?? true) &&
    has(person.fields, filter.fields) &&
    has(person.source, filter.source) &&
    (filter.registeredAfter === undefined || registered >= filter.registeredAfter) &&
    (filter.registeredBefore === undefined || registered < filter.registeredBefore) &&
    (filter.q === undefined ||
      (filter.q.length > 2 ? words.includes(filter.q) : words.includes(` ${filter.q}`))) &&
    (filter.numbers?.includes(number) ?? true)
  );
}
