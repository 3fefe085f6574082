import { shownAddress } from '../../domain/address.ts';
import { COLUMNS, type SourceName } from '../../domain/columns.ts';
import {
  activeParts,
  type FilterPart,
  type RegistrantFilter,
  withoutParts,
} from '../../domain/registrant-filter.ts';
import { people } from '../parts/counted.ts';
import { STATUS_WORDS } from '../parts/status-badge.tsx';
import { timeText } from '../parts/time.tsx';
import { DOMAIN_STATUS_WORDS } from './domain-words.ts';

/** One thing that a filter asks for. */
export interface FilterWords {
  readonly part: FilterPart;
  /** On a chip and in a list: `Joined: no`, `Company: ACME`. */
  readonly chip: string;
  /** In a sentence: `people who did not join`. */
  readonly phrase: string;
  /** The filter without it. */
  readonly without: RegistrantFilter;
}

/** What the form's fields are called, by name (`fieldLabels`). */
export type FieldLabels = ReadonlyMap<string, string>;
const NO_LABELS: FieldLabels = new Map();

type Said = Omit<FilterWords, 'part' | 'without'> & {
  /** Of a part that asks for several things: what is left of the part; absent: nothing. */
  readonly rest?: RegistrantFilter;
};

const yesNo =
  (name: string, did: string, didNot: string) =>
  (isAsked: boolean): Said[] => [
    { chip: `${name}: ${isAsked ? 'yes' : 'no'}`, phrase: `people ${isAsked ? did : didNot}` },
  ];

/** How each part is said; times on the event's clock. */
const WORDS: {
  readonly [P in FilterPart]: (
    value: NonNullable<RegistrantFilter[P]>,
    timeZone: string,
    labels: FieldLabels,
  ) => Said[];
} = {
  emailStatus: (statuses) => {
    const words = statuses.map((status) => STATUS_WORDS[status]).join(' or ');
    return [{ chip: words, phrase: `people with the email status ${words}` }];
  },
  delivered: yesNo('Delivered', 'whose mail was delivered', 'of whose mail no delivery is known'),
  opened: yesNo('Opened a mail', 'who opened a mail', 'who opened no mail'),
  linkOpened: yesNo('Opened their link', 'who opened their link', 'who did not open their link'),
  joined: yesNo('Joined', 'who joined', 'who did not join'),
  emailDomain: (domains) => {
    const words = domains.map(shownDomain).join(' or ');
    return [{ chip: `Email at ${words}`, phrase: `people at ${words}` }];
  },
  emailDomainStatus: (statuses) => {
    const words = statuses.map((status) => DOMAIN_STATUS_WORDS[status]).join(' or ');
    return [{ chip: `Email domain ${words}`, phrase: `people whose email domain ${words}` }];
  },
  fields: (values, _, labels) =>
    Object.entries(values).map(([name, value]) => {
      const { [name]: __, ...others } = values;
      const label = labels.get(name) ?? name;
      return {
        chip: `${label}: ${value}`,
        phrase: `people whose ${label} is “${value}”`,
        ...(Object.keys(others).length > 0 && { rest: { fields: others } }),
      };
    }),
  source: (values) =>
    Object.entries(values).map(([name, value]) => {
      const { [name as SourceName]: _, ...others } = values;
      const label = COLUMNS[name as SourceName].label;
      return {
        chip: `${label}: ${value}`,
        phrase: `people whose ${label} is “${value}”`,
        ...(Object.keys(others).length > 0 && { rest: { source: others } }),
      };
    }),
  registeredAfter: (at, timeZone) => {
    const time = timeText(new Date(at), timeZone);
    return [{ chip: `Registered from ${time}`, phrase: `people who registered from ${time} on` }];
  },
  registeredBefore: (at, timeZone) => {
    const time = timeText(new Date(at), timeZone);
    return [{ chip: `Registered before ${time}`, phrase: `people who registered before ${time}` }];
  },
  q: (q) => [{ chip: `“${q}”`, phrase: `people found by “${q}”` }],
  registrantIds: (ids) => [
    { chip: `${people(ids.length)} by id`, phrase: `of ${people(ids.length)} named by id` },
  ],
  cancelled: () => [{ chip: 'Cancelled', phrase: 'people who cancelled' }],
};

/** All that a filter asks for, in the order of its parts. */
export function filterWords(
  filter: RegistrantFilter,
  timeZone: string,
  labels: FieldLabels = NO_LABELS,
): FilterWords[] {
  return activeParts(filter).flatMap((part) => wordsOf(part, filter, timeZone, labels));
}

function wordsOf<P extends FilterPart>(
  part: P,
  filter: RegistrantFilter,
  timeZone: string,
  labels: FieldLabels,
): FilterWords[] {
  const value = filter[part] as NonNullable<RegistrantFilter[P]>;
  return WORDS[part](value, timeZone, labels).map(({ rest = {}, ...said }) => ({
    ...said,
    part,
    without: { ...withoutParts(filter, [part]), ...rest },
  }));
}

/** An international domain in its own letters. */
function shownDomain(domain: string): string {
  return shownAddress(`x@${domain}`).slice(2);
}
