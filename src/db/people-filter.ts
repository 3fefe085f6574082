import pg from 'pg';
import type { MILESTONES } from '../domain/milestones.ts';
import type { FilterPart, RegistrantFilter } from '../domain/registrant-filter.ts';
import { EMAIL_DOMAIN, MILESTONE_SQL } from './milestone-sql.ts';

type Type = 'text' | 'text[]' | 'uuid' | 'uuid[]' | 'timestamptz';

/** Puts a value into a statement. */
export type Bind = (value: string | readonly string[], type: Type) => string;

/** As a parameter, added to these values. */
export function parameter(values: unknown[]): Bind {
  return (value, type) => `$${values.push(value)}::${type}`;
}

/** As a literal: COPY takes no parameters. */
export const literal: Bind = (value, type) =>
  typeof value === 'string'
    ? `${pg.escapeLiteral(value)}::${type}`
    : `array[${value.map((one) => pg.escapeLiteral(one)).join(', ')}]::${type}`;

type Condition<P extends FilterPart> = (
  value: NonNullable<RegistrantFilter[P]>,
  bind: Bind,
  eventId: string,
) => string;

/** Joined to `registrant` where a filter looks for words; no row is lost by it, since only those who were erased have none. */
const SEARCH = `join {schema}.registrant_search as search
  on search.event_id = registrant.event_id and search.registrant_id = registrant.id`;
/** Joined where it looks for answers or sources: who has none has no row, and is not meant. */
const FACETS = `join {schema}.registrant_facet as facet
  on facet.event_id = registrant.event_id and facet.registrant_id = registrant.id`;

const milestone =
  (name: (typeof MILESTONES)[number]): Condition<typeof name> =>
  (isAsked) =>
    `${isAsked ? '' : 'not '}(${MILESTONE_SQL[name]})`;

/** That the registrant has these values, as `registrant_facet` knows them. */
const has =
  (part: 'fields' | 'source') =>
  (values: Readonly<Record<string, string | undefined>>, bind: Bind, eventId: string): string => {
    const facets = Object.entries(values).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [`{schema}.facet(${eventId}, '${part}', ${bind(name, 'text')}, ${bind(value, 'text')})`],
    );
    return `facet.facets @> array[${facets.join(', ')}]`;
  };

/** What each part asks, over `registrant` and what it joins. */
const CONDITIONS: { readonly [P in FilterPart]: Condition<P> } = {
  emailStatus: (statuses, bind) => {
    const named = statuses.filter((status) => status !== 'none');
    return [
      ...(named.length > 0 ? [`registrant.email_status = any(${bind(named, 'text[]')})`] : []),
      ...(named.length < statuses.length ? ['registrant.email_status is null'] : []),
    ].join(' or ');
  },
  delivered: milestone('delivered'),
  opened: milestone('opened'),
  linkOpened: milestone('linkOpened'),
  joined: milestone('joined'),
  emailDomain: (domains, bind) => `${EMAIL_DOMAIN} = any(${bind(domains, 'text[]')})`,
  // As an array, whose domains Postgres looks up in the index: joined, it would read everybody in the order of the list.
  emailDomainStatus: (statuses, bind) =>
    `${EMAIL_DOMAIN} = any(array(
       select domain from {schema}.mail_domain where mail_domain.status = any(${bind(statuses, 'text[]')})))`,
  fields: has('fields'),
  source: has('source'),
  registeredAfter: (at, bind) => `registrant.registered_at >= ${bind(at, 'timestamptz')}`,
  registeredBefore: (at, bind) => `registrant.registered_at < ${bind(at, 'timestamptz')}`,
  q: (q, bind) => `search.words like {schema}.search_pattern(${bind(q, 'text')})`,
  registrantIds: (ids, bind) => `registrant.id = any(${bind(ids, 'uuid[]')})`,
  cancelled: (isAsked) => `registrant.cancelled_at is ${isAsked ? 'not null' : 'null'}`,
};

export interface People {
  /** `registrant`, with what the conditions look at beside it. */
  readonly from: string;
  readonly where: string;
}

/**
 * Those whom a filter names of an event, as parts of a statement. `eventId` is an SQL expression. With `withSearch` the words that
 * registrants are found and sorted by stand beside them as `search`. With `withCancelled` those who cancelled are meant, too, where the filter
 * says nothing of them.
 */
export function peopleOf(
  filter: RegistrantFilter,
  eventId: string,
  bind: Bind,
  { withSearch = false, withCancelled = false } = {},
): People {
  const conditions = (Object.keys(CONDITIONS) as FilterPart[]).flatMap((part) =>
    condition(part, { ...(!withCancelled && { cancelled: false }), ...filter }, bind, eventId),
  );
  const joins = [
    ...(withSearch || filter.q !== undefined ? [`${SEARCH} and search.event_id = ${eventId}`] : []),
    ...(filter.fields || filter.source ? [`${FACETS} and facet.event_id = ${eventId}`] : []),
  ];
  return {
    from: `{schema}.registrant ${joins.join(' ')}`,
    where: [`registrant.event_id = ${eventId} and registrant.erased_at is null`, ...conditions].join(' and '),
  };
}

function condition<P extends FilterPart>(
  part: P,
  filter: RegistrantFilter,
  bind: Bind,
  eventId: string,
): string[] {
  const value = filter[part];
  return value === undefined
    ? []
    : [`(${CONDITIONS[part](value as NonNullable<RegistrantFilter[P]>, bind, eventId)})`];
}
