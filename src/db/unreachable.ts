import type { Registrant } from '../domain/registrant.ts';
import type { RegistrantFilter } from '../domain/registrant-filter.ts';
import type { SuppressionReason, SuppressionScope } from '../domain/suppression.ts';
import { IS_AT_WRONG_DOMAIN } from './mail-domain.ts';
import { EMAIL_DOMAIN } from './milestone-sql.ts';
import { parameter, peopleOf } from './people-filter.ts';
import type { Db } from './pool.ts';
import { REGISTRANT_COLUMNS } from './registrant.ts';
import { IS_SUPPRESSED, SUPPRESSED_FOR } from './suppression.ts';

// People whom no mail reaches: it bounced, their domain takes none, or their address gets none whatever it is.

const NOTHING_ARRIVES = `array['${'all' satisfies SuppressionScope}']`;
const OF_REGISTRANT = ['registrant.email', 'registrant.event_id', NOTHING_ARRIVES] as const;
// Of those with another status each address is looked up, as a resend does: with 100,000 of them that takes most of a second.
const UNREACHABLE = `(registrant.email_status = 'bounced' or ${IS_AT_WRONG_DOMAIN} or ${IS_SUPPRESSED(...OF_REGISTRANT)})`;

/** The statement's parts and its values, and the number of the next one. */
function meant(eventId: string, filter: RegistrantFilter) {
  const values: unknown[] = [eventId];
  const { from, where } = peopleOf(filter, '$1::uuid', parameter(values));
  return { from, where: `${where} and ${UNREACHABLE}`, values, next: values.length + 1 };
}

/** How many people no mail reaches, and the domains of their addresses, the most frequent first: at most `limit`. */
export async function countUnreachable(
  db: Db,
  eventId: string,
  filter: RegistrantFilter,
  limit: number,
): Promise<{ readonly total: number; readonly domains: readonly { domain: string; count: number }[] }> {
  const { from, where, values, next } = meant(eventId, filter);
  const { rows } = await db.query<{ domain: string; count: number; total: number }>(
    `select domain, count, sum(count) over ()::bigint as total
     from (select ${EMAIL_DOMAIN} as domain, count(*) as count from ${from} where ${where} group by 1) as counted
     order by count desc, domain limit $${next}`,
    [...values, limit],
  );
  return { total: rows[0]?.total ?? 0, domains: rows.map(({ domain, count }) => ({ domain, count })) };
}

export interface Unreachable extends Registrant {
  /** What keeps mail from the address; null: only that a mail bounced. */
  readonly suppressedFor: SuppressionReason | null;
  /** Whether the address is at one of the `domainsFirst`. */
  readonly isFirst: boolean;
}

/** A place in the list. */
export interface UnreachablePosition {
  readonly isFirst: boolean;
  readonly id: string;
}

/** Those whom no mail reaches: first whose address is at one of these domains, then the others, each as they registered. */
export async function listUnreachable(
  db: Db,
  eventId: string,
  filter: RegistrantFilter,
  page: {
    readonly domainsFirst: readonly string[];
    readonly after: UnreachablePosition | null;
    readonly limit: number;
  },
): Promise<Unreachable[]> {
  const { from, where, values, next } = meant(eventId, filter);
  const isFirst = `${EMAIL_DOMAIN} = any($${next}::text[])`;
  const [wasFirst, after, limit] = [next + 1, next + 2, next + 3].map((n) => `$${n}`);
  const { rows } = await db.query<Unreachable>(
    `select ${REGISTRANT_COLUMNS}, ${SUPPRESSED_FOR(...OF_REGISTRANT)} as "suppressedFor", ${isFirst} as "isFirst"
     from ${from}
     where ${where} and (${after}::uuid is null or (not ${isFirst}, registrant.registered_at, registrant.id)
       > (not ${wasFirst}::boolean, (select registered_at from {schema}.registrant where event_id = $1 and id = ${after}), ${after}))
     order by not ${isFirst}, registrant.registered_at, registrant.id
     limit ${limit}`,
    [...values, page.domainsFirst, page.after?.isFirst ?? false, page.after?.id ?? null, page.limit],
  );
  return rows;
}

/** What keeps all mail from an address; null: nothing does. */
export async function findUnreachableReason(
  db: Db,
  eventId: string,
  email: string,
): Promise<SuppressionReason | null> {
  const { rows } = await db.query<{ reason: SuppressionReason | null }>(
    `select ${SUPPRESSED_FOR('$2', '$1', NOTHING_ARRIVES)} as reason`,
    [eventId, email],
  );
  return rows[0]?.reason ?? null;
}
