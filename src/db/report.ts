import type { MessageStatus } from '../domain/delivery/status.ts';
import { roomOpensAt } from '../domain/doors.ts';
import type { Event } from '../domain/event.ts';
import type { FormField } from '../domain/form-fields.ts';
import type { RegistrantKind } from '../domain/kinds.ts';
import { MILESTONES, type Milestone } from '../domain/milestones.ts';
import { EMAIL_DOMAIN, MILESTONE_SQL } from './milestone-sql.ts';
import type { Db } from './pool.ts';
import { PROBLEMS, UNSENT } from './status-sql.ts';
import { countUncertain } from './visit.ts';

/** How many came how far. Each step counts by itself: who joins by a link out of a chat has opened no mail. */
export interface Funnel extends Readonly<Record<Milestone, number>> {
  readonly registered: number;
  /** Their latest mail left us, wherever it came to. */
  readonly mailed: number;
  /** They may have joined, beside those who did: their link was opened together with many others'. */
  readonly joinedUncertain: number;
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

/** How many registered so, and how many of them joined. */
export interface GroupFigures {
  readonly registered: number;
  readonly joined: number;
}

/** What is counted of an event's people. */
export interface PeopleFigures {
  readonly funnel: Funnel;
  /** How many cancelled, and are counted nowhere else. */
  readonly cancelled: number;
  /** How many have an email status that says that mail does not arrive, or annoys. */
  readonly problems: number;
  /** The largest first; as many as DOMAINS. */
  readonly byDomain: readonly DomainFigures[];
  /** How many domains there are. */
  readonly domains: number;
  /** The most people first. */
  readonly byEmailStatus: readonly {
    readonly emailStatus: MessageStatus | 'none';
    readonly registered: number;
  }[];
  /** By the language that they chose; null: none. The most people first; as many as GROUPS. */
  readonly byLanguage: readonly (GroupFigures & { readonly language: string | null })[];
  /** By `utm_source` of the link that they came by; null: it had none. The most people first; as many as GROUPS. */
  readonly bySource: readonly (GroupFigures & { readonly source: string | null })[];
  /** The same by `utm_campaign`. */
  readonly byCampaign: readonly (GroupFigures & { readonly campaign: string | null })[];
  /** What people answered to each select and checkbox of the form: the most people first, as many as GROUPS of a field. */
  readonly answers: readonly (GroupFigures & { readonly name: string; readonly value: string })[];
  /** How many registered on each day on which anybody did, by the clocks of the event's zone: `2027-01-15`. */
  readonly registrations: readonly { readonly date: string; readonly registered: number }[];
  /** How many joined in each five minutes, counted from when the doors open, in which anybody did. */
  readonly attendance: readonly { readonly at: string; readonly joined: number }[];
}

export interface EventReport extends PeopleFigures {
  /** The earliest first; the latest SENDS of them. */
  readonly sends: readonly SendFigures[];
}

export const DOMAINS = 100;
export const SENDS = 500;
/** Of languages, sources, campaigns and the answers to one field. */
export const GROUPS = 50;
/** So many people of a domain, source or campaign name nobody. */
const SOME = 5;

/**
 * What became of an event's registrants and mails. Who cancelled is counted beside the rest, and who was removed not at all; people who
 * were erased since the event is long over are counted as they were before. It reads all people and mails of the event.
 */
export async function readReport(db: Db, event: Event): Promise<EventReport> {
  const { rows } = await db.query<{ report: PeopleFigures | null; until: Date | null }>(
    'select report, people_until as until from {schema}.event_retention where event_id = $1',
    [event.id],
  );
  const { report: erased, until } = rows[0] ?? { report: null, until: null };
  const [people, sends] = await Promise.all([
    countPeople(db, event, { after: until }),
    listSends(db, event.id),
  ]);
  return { ...(erased ? addFigures(erased, people) : people), sends };
}

/** How many are registered for the event, and have not cancelled; who was removed is not counted. */
export async function countRegistered(db: Db, eventId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'select count(*) as count from {schema}.registrant where event_id = $1 and erased_at is null and cancelled_at is null',
    [eventId],
  );
  return rows[0]?.count ?? 0;
}

const COUNTED = ['registered', 'mailed', ...MILESTONES] as const;
/** What people are grouped by, each on its own. */
const PARTS = ['domain', 'status', 'language', 'source', 'campaign', 'day', 'slot'] as const;

interface PartRow extends Readonly<Record<(typeof COUNTED)[number], number>> {
  readonly part: (typeof PARTS)[number] | 'all';
  readonly value: string | null;
  readonly bounced: number;
  readonly problems: number;
}

/** Those who registered after `after`, up to `until`; null: all. */
export async function countPeople(
  db: Db,
  event: Event,
  { after, until = null }: { readonly after: Date | null; readonly until?: Date | null },
): Promise<PeopleFigures> {
  const range = [event.id, after, until] as const;
  const inRange = `event_id = $1 and erased_at is null
    and ($2::timestamptz is null or registered_at > $2) and ($3::timestamptz is null or registered_at <= $3)`;
  const { rows } = await db.query<PartRow & { readonly ofPart: number }>(
    // One pass over the table, for all that people are grouped by.
    `with person as (
       select ${EMAIL_DOMAIN} as domain, coalesce(email_status, 'none') as status, locale as language,
         nullif(source->>'utmSource', '') as source, nullif(source->>'utmCampaign', '') as campaign,
         to_char(registered_at at time zone $4, 'YYYY-MM-DD') as day,
         to_char(date_bin('5 minutes', joined_at, $5) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as slot,
         email_status is not null and email_status not in ${UNSENT} as mailed,
         ${MILESTONES.map((name) => `${MILESTONE_SQL[name]} as "${name}"`).join(', ')},
         coalesce(email_status = 'bounced', false) as bounced, coalesce(email_status in ${PROBLEMS}, false) as problem
       from {schema}.registrant where ${inRange} and cancelled_at is null
     ), counted as (
       select case grouping(${PARTS.join(', ')}) ${PARTS.map((name, i) => `when ${allBut(i)} then '${name}'`).join(' ')} end as part,
         coalesce(${PARTS.join(', ')}) as value,
         count(*) as registered, count(*) filter (where mailed) as mailed,
         ${MILESTONES.map((name) => `count(*) filter (where "${name}") as "${name}"`).join(', ')},
         count(*) filter (where bounced) as bounced, count(*) filter (where problem) as problems
       from person group by grouping sets (${PARTS.map((name) => `(${name})`).join(', ')})
     ), totals as (
       select ${COUNTED.map((name) => `coalesce(sum("${name}"), 0)::bigint as "${name}"`).join(', ')},
         0::bigint as bounced, coalesce(sum(problems), 0)::bigint as problems, count(*) as "ofPart"
       from counted where part = 'domain'
     ), ranked as (
       select *, row_number() over (partition by part order by registered desc, value) as place from counted
     )
     select 'all' as part, null as value, ${COUNTED.map((name) => `"${name}"`).join(', ')}, bounced, problems, "ofPart" from totals
     union all
     select part, value, ${COUNTED.map((name) => `"${name}"`).join(', ')}, bounced, problems, 0
     from ranked
     where place <= case part when 'domain' then ${DOMAINS} when 'day' then ${SENDS} when 'slot' then ${SENDS} else ${GROUPS} end
     order by registered desc, value`,
    [...range, event.timeZone, roomOpensAt(event)],
  );
  const cancelled = await db.query<{ count: number }>(
    `select count(*) as count from {schema}.registrant where ${inRange} and cancelled_at is not null`,
    [...range],
  );
  const joinedUncertain = after ? 0 : await countUncertain(db, event.id);
  const answers = await countAnswers(db, event, inRange, range);
  const all = rows.find(({ part }) => part === 'all');
  if (!all) throw new Error('An aggregate without groups has a row.');
  const of = (name: PartRow['part']) => rows.filter(({ part }) => part === name);
  const groups = (name: PartRow['part']) =>
    of(name).map(({ value, registered, joined }) => ({ value, registered, joined }));
  const byTime = (name: PartRow['part']) =>
    of(name)
      .flatMap(({ value, registered }) => (value === null ? [] : [{ at: value, count: registered }]))
      .sort((a, b) => (a.at < b.at ? -1 : 1));
  const { registered, mailed, delivered, opened, linkOpened, joined } = all;
  return {
    funnel: { registered, mailed, delivered, opened, linkOpened, joined, joinedUncertain },
    cancelled: cancelled.rows[0]?.count ?? 0,
    problems: all.problems,
    domains: all.ofPart,
    byDomain: of('domain').flatMap(({ value, ...row }) =>
      value === null
        ? []
        : [
            {
              ...{ domain: value, registered: row.registered, delivered: row.delivered, opened: row.opened },
              ...{ joined: row.joined, bounced: row.bounced },
            },
          ],
    ),
    byEmailStatus: of('status').map(({ value, registered: count }) => ({
      emailStatus: value as MessageStatus | 'none',
      registered: count,
    })),
    byLanguage: groups('language').map(({ value, ...figures }) => ({ language: value, ...figures })),
    bySource: groups('source').map(({ value, ...figures }) => ({ source: value, ...figures })),
    byCampaign: groups('campaign').map(({ value, ...figures }) => ({ campaign: value, ...figures })),
    answers,
    registrations: byTime('day').map(({ at, count }) => ({ date: at, registered: count })),
    attendance: byTime('slot').map(({ at, count }) => ({ at, joined: count })),
  };
}

/** What `grouping(PARTS)` is where all but the part at `index` are grouped together. */
function allBut(index: number): number {
  return 2 ** PARTS.length - 1 - 2 ** (PARTS.length - 1 - index);
}

/** The fields of the form whose answers can be counted. */
export function countedFields({ formFields }: Pick<Event, 'formFields'>): readonly FormField[] {
  return formFields.filter(({ type }) => type === 'select' || type === 'checkbox');
}

async function countAnswers(
  db: Db,
  event: Event,
  inRange: string,
  range: readonly unknown[],
): Promise<PeopleFigures['answers']> {
  const names = countedFields(event).map(({ name }) => name);
  if (names.length === 0) return [];
  const { rows } = await db.query<PeopleFigures['answers'][number]>(
    `with counted as (
       select name, fields->>name as value, count(*) as registered, count(joined_at) as joined
       from {schema}.registrant cross join unnest($4::text[]) as name
       where ${inRange} and cancelled_at is null and fields->>name <> ''
       group by 1, 2
     ), ranked as (
       select *, row_number() over (partition by name order by registered desc, value) as place from counted
     )
     select name, value, registered, joined from ranked where place <= ${GROUPS}
     order by array_position($4::text[], name), place`,
    [...range, names],
  );
  return rows;
}

/** Both together. */
export function addFigures(a: PeopleFigures, b: PeopleFigures): PeopleFigures {
  return {
    funnel: addNumbers(a.funnel, b.funnel),
    cancelled: a.cancelled + b.cancelled,
    problems: a.problems + b.problems,
    // Those of one may be among those of the other.
    domains: Math.max(a.domains, b.domains),
    byDomain: addGroups(a.byDomain, b.byDomain, ({ domain }) => domain).slice(0, DOMAINS),
    byEmailStatus: addGroups(a.byEmailStatus, b.byEmailStatus, ({ emailStatus }) => emailStatus),
    byLanguage: addGroups(a.byLanguage, b.byLanguage, ({ language }) => language),
    bySource: addGroups(a.bySource, b.bySource, ({ source }) => source),
    byCampaign: addGroups(a.byCampaign, b.byCampaign, ({ campaign }) => campaign),
    answers: addGroups(a.answers, b.answers, ({ name, value }) => JSON.stringify([name, value])),
    registrations: addGroups(a.registrations, b.registrations, ({ date }) => date).sort((x, y) =>
      x.date < y.date ? -1 : 1,
    ),
    attendance: addGroups(a.attendance, b.attendance, ({ at }) => at).sort((x, y) => (x.at < y.at ? -1 : 1)),
  };
}

function addNumbers<T extends object>(a: T, b: T): T {
  const of = b as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(a).map(([name, value]) => [
      name,
      typeof value === 'number' ? value + Number(of[name] ?? 0) : value,
    ]),
  ) as T;
}

function addGroups<T extends object>(
  a: readonly T[],
  b: readonly T[],
  keyOf: (group: T) => string | null,
): T[] {
  const groups = new Map(a.map((group) => [keyOf(group), group]));
  for (const group of b) {
    const before = groups.get(keyOf(group));
    groups.set(keyOf(group), before ? addNumbers(before, group) : group);
  }
  const size = (group: T) => Number((group as { registered?: number }).registered ?? 0);
  return [...groups.values()].sort((x, y) => size(y) - size(x));
}

/**
 * What may be kept of people who are erased. A domain of few people may be one person's own, and strangers write what they like into
 * a source: few of those name somebody.
 */
export function withoutFew(figures: PeopleFigures): PeopleFigures {
  const some = <T extends { readonly registered: number }>(
    groups: readonly T[],
    isNobody: (group: T) => boolean,
  ) => groups.filter((group) => group.registered >= SOME || isNobody(group));
  return {
    ...figures,
    byDomain: some(figures.byDomain, () => false),
    bySource: some(figures.bySource, ({ source }) => source === null),
    byCampaign: some(figures.byCampaign, ({ campaign }) => campaign === null),
    // Over the API, others may have been answered than those that the form offers.
    answers: some(figures.answers, () => false),
  };
}

async function listSends(db: Db, eventId: string): Promise<SendFigures[]> {
  const { rows } = await db.query<SendFigures>(
    // A fan-out's mails have one key; those of an import were made at one instant. When a mail is due changes with each time it is tried.
    `with by_status as (
       select kind, status, case when priority <> 'bulk' then date_trunc('hour', created_at, 'UTC')::text
           when kind = 'confirmation' then created_at::text else dedupe_key end as send,
         min(due_at) as due_at, count(*) as count
       from {schema}.message where event_id = $1
       group by 1, 2, 3
     )
     select kind, min(due_at) as "dueAt", json_object_agg(status, count) as counts
     from by_status group by kind, send
     order by 2 desc, kind limit $2`,
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
       from {schema}.registrant where event_id = $1 and erased_at is null and cancelled_at is null
       group by 1
       having count(*) filter (where ${MILESTONE_SQL.delivered}) >= $2
         and not bool_or(${MILESTONE_SQL.opened} or ${MILESTONE_SQL.joined})
     )
     select domain, count(*) as delivered, min(since) as since
     from silent cross join lateral unnest(ids) as one (registrant_id)
     cross join lateral (
       select min(accepted_at) as since from {schema}.message
       where message.event_id = $1 and message.registrant_id = one.registrant_id and accepted_at is not null
     ) as mailed
     where since < $3
     group by domain having count(*) >= $2
     order by delivered desc, domain`,
    [eventId, least, before],
  );
  return rows;
}
