import type { MessageStatus } from '../domain/delivery/status.ts';
import type { RegistrantKind } from '../domain/kinds.ts';
import { MILESTONES, type Milestone } from '../domain/milestones.ts';
import { EMAIL_DOMAIN, MILESTONE_SQL } from './milestone-sql.ts';
import type { Db } from './pool.ts';
import { PROBLEMS, UNSENT } from './status-sql.ts';

/** How many came how far. Each step counts by itself: who joins by a link out of a chat has opened no mail. */
export interface Funnel extends Readonly<Record<Milestone, number>> {
  readonly registered: number;
  /** Their latest mail left us, wherever it came to. */
  readonly mailed: number;
}

export interface DomainFigures {
  /** In its ASCII form. */
  readonly domain: string;
  readonly registered: number;
  readonly delivered: number;
  readonly opened: number;
  readonly joined: number;
  readonly bounced: number;
}

/** Mails of one kind that were due together, by status. */
export interface SendFigures {
  readonly kind: RegistrantKind;
  /** Of mails that go out one by one (confirmations and the like): the first of those within an hour. */
  readonly dueAt: Date;
  readonly counts: Readonly<Partial<Record<MessageStatus, number>>>;
}

/** How many mails they are. */
export function mailsOf({ counts }: Pick<SendFigures, 'counts'>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

export interface EventReport {
  readonly funnel: Funnel;
  /** The largest first; as many as DOMAINS. */
  readonly byDomain: readonly DomainFigures[];
  /** How many domains there are. */
  readonly domains: number;
  /** How many have an email status that says that mail does not arrive, or annoys. */
  readonly problems: number;
  /** The earliest first; the latest SENDS of them. */
  readonly sends: readonly SendFigures[];
}

export const DOMAINS = 100;
export const SENDS = 500;

/** What became of an event's registrants and mails. Who was removed is not counted. It reads all of both. */
export async function readReport(db: Db, eventId: string): Promise<EventReport> {
  const [people, sends] = await Promise.all([countPeople(db, eventId), listSends(db, eventId)]);
  return { ...people, sends };
}

/** How many are registered for the event; who cancelled or was removed is not counted. */
export async function countRegistered(db: Db, eventId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'select count(*) as count from {schema}.registrant where event_id = $1 and erased_at is null and cancelled_at is null',
    [eventId],
  );
  return rows[0]?.count ?? 0;
}

const COUNTED = ['registered', 'mailed', ...MILESTONES] as const;

async function countPeople(db: Db, eventId: string): Promise<Omit<EventReport, 'sends'>> {
  const { rows } = await db.query<
    DomainFigures & Pick<EventReport, 'domains' | 'problems'> & { readonly totals: Funnel }
  >(
    // The domains are few, whatever the registrants are: one pass over the table, and the totals are those of the groups.
    `with by_domain as materialized (
       select ${EMAIL_DOMAIN} as domain, count(*) as registered,
         count(*) filter (where email_status is not null and email_status not in ${UNSENT}) as mailed,
         ${MILESTONES.map((name) => `count(*) filter (where ${MILESTONE_SQL[name]}) as "${name}"`).join(', ')},
         count(*) filter (where email_status = 'bounced') as bounced,
         count(*) filter (where email_status in ${PROBLEMS}) as problems
       from {schema}.registrant where event_id = $1 and erased_at is null
       group by 1
     ), largest as (
       select * from by_domain order by registered desc, domain limit $2
     ), totals as (
       select count(*) as domains, coalesce(sum(problems), 0)::bigint as problems,
         json_build_object(${COUNTED.map((name) => `'${name}', coalesce(sum("${name}"), 0)`).join(', ')}) as totals
       from by_domain
     )
     select domain, registered, delivered, opened, joined, bounced, totals, domains, totals.problems
     from totals left join largest on true
     order by registered desc, domain`,
    [eventId, DOMAINS],
  );
  const [first] = rows;
  if (!first) throw new Error('An aggregate without groups has a row.');
  return {
    funnel: first.totals,
    domains: first.domains,
    problems: first.problems,
    byDomain: rows.flatMap(({ totals: _, domains: __, problems: ___, ...figures }) =>
      figures.domain === null ? [] : [figures],
    ),
  };
}

async function listSends(db: Db, eventId: string): Promise<SendFigures[]> {
  const { rows } = await db.query<SendFigures>(
    // A fan-out's mails are due at one instant; two reminders of the same hour stay two.
    `with by_status as (
       select kind, status, case when priority = 'bulk' then due_at else date_trunc('hour', due_at, 'UTC') end as slot,
         min(due_at) as due_at, count(*) as count
       from {schema}.message where event_id = $1 and registrant_id is not null
       group by 1, 2, 3
     )
     select kind, min(due_at) as "dueAt", json_object_agg(status, count) as counts
     from by_status group by kind, slot
     order by slot desc, kind limit $2`,
    [eventId, SENDS],
  );
  return rows.reverse();
}

/** A domain of which at least `least` people have had a mail delivered, and nobody has opened anything or joined. */
export interface SilentDomain {
  readonly domain: string;
  /** To so many of them a mail was delivered. */
  readonly delivered: number;
  /** When the first mail to one of them left. */
  readonly since: Date;
}

/**
 * The domains where mail is delivered and perhaps shown to nobody: of at least `least` people, whose mails left before `before`. The
 * most people first. It reads all registrants of the event.
 */
export async function listSilentDomains(
  db: Db,
  eventId: string,
  { least, before }: { readonly least: number; readonly before: Date },
): Promise<SilentDomain[]> {
  const { rows } = await db.query<SilentDomain>(
    `with silent as materialized (
       select ${EMAIL_DOMAIN} as domain, array_agg(id) filter (where ${MILESTONE_SQL.delivered}) as ids
       from {schema}.registrant where event_id = $1 and erased_at is null
       group by 1
       having count(*) filter (where ${MILESTONE_SQL.delivered}) >= $2
         and not bool_or(${MILESTONE_SQL.opened} or ${MILESTONE_SQL.joined})
     )
     select domain, count(*) as delivered, min(since) as since
     from silent cross join lateral unnest(ids) as one (registrant_id)
     cross join lateral (
       select min(accepted_at) as since from {schema}.message
       where message.registrant_id = one.registrant_id and accepted_at is not null
     ) as mailed
     where since < $3
     group by domain having count(*) >= $2
     order by delivered desc, domain`,
    [eventId, least, before],
  );
  return rows;
}
