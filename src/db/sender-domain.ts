import type { StoredDkimKey } from '../domain/dkim.ts';
import type { SenderChecks, SenderStanding } from '../domain/sender-domain.ts';
import type { Db } from './pool.ts';

/** A domain that events may send from, once it is verified. */
export interface SenderDomain extends SenderStanding {
  readonly domain: string;
  readonly token: string;
  /** Null: the mail server signs. */
  readonly dkim: StoredDkimKey | null;
  readonly relaySelector: string | null;
  readonly checks: SenderChecks | null;
  readonly checkedAt: Date | null;
  readonly createdAt: Date;
  /** As in the audit log. */
  readonly createdBy: string;
}

const COLUMNS = `domain, token, case when dkim_selector is not null then json_build_object('selector', dkim_selector,
    'privateKey', dkim_private_key, 'publicKey', dkim_public_key) end as dkim, relay_selector as "relaySelector",
  checks, checked_at as "checkedAt", verified_at as "verifiedAt", failing_since as "failingSince",
  failed_checks as "failedChecks", lost_at as "lostAt", created_at as "createdAt", created_by as "createdBy"`;

/** Null: it is there already. */
export async function insertSenderDomain(
  db: Db,
  domain: Pick<SenderDomain, 'domain' | 'token' | 'dkim' | 'relaySelector'>,
  by: { readonly actor: string; readonly now: Date },
): Promise<SenderDomain | null> {
  const { rows } = await db.query<SenderDomain>(
    `insert into {schema}.sender_domain (domain, token, dkim_selector, dkim_private_key, dkim_public_key, relay_selector,
       created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (domain) do nothing returning ${COLUMNS}`,
    [domain.domain, domain.token, ...keyValues(domain.dkim), domain.relaySelector, by.now, by.actor],
  );
  return rows[0] ?? null;
}

/** Another key, or none, signs from now on. */
export async function setSigning(
  db: Db,
  { domain, dkim, relaySelector }: Pick<SenderDomain, 'domain' | 'dkim' | 'relaySelector'>,
): Promise<void> {
  await db.query(
    `update {schema}.sender_domain set dkim_selector = $2, dkim_private_key = $3, dkim_public_key = $4, relay_selector = $5,
       signs = false
     where domain = $1`,
    [domain, ...keyValues(dkim), relaySelector],
  );
}

function keyValues(dkim: StoredDkimKey | null): readonly (string | null)[] {
  return [dkim?.selector ?? null, dkim?.privateKey ?? null, dkim?.publicKey ?? null];
}

/** By name. */
export async function listSenderDomains(db: Db): Promise<SenderDomain[]> {
  const { rows } = await db.query<SenderDomain>(
    `select ${COLUMNS} from {schema}.sender_domain order by domain`,
  );
  return rows;
}

export async function findSenderDomain(db: Db, domain: string): Promise<SenderDomain | null> {
  const { rows } = await db.query<SenderDomain>(
    `select ${COLUMNS} from {schema}.sender_domain where domain = $1`,
    [domain],
  );
  return rows[0] ?? null;
}

/** The domain, locked against other changes until the transaction ends. */
export async function lockSenderDomain(db: Db, domain: string): Promise<SenderDomain | null> {
  const { rows } = await db.query<SenderDomain>(
    `select ${COLUMNS} from {schema}.sender_domain where domain = $1 for update`,
    [domain],
  );
  return rows[0] ?? null;
}

/** What a mail needs to know of the domain that it comes from. */
export interface SendingDomain {
  readonly domain: string;
  readonly isVerified: boolean;
  /** What signs its mails: a key of ours that its DNS has. */
  readonly key: Pick<StoredDkimKey, 'selector' | 'privateKey'> | null;
}

/** Those of the domains that are there. */
export async function findSendingDomains(db: Db, domains: readonly string[]): Promise<SendingDomain[]> {
  const { rows } = await db.query<SendingDomain>(
    `select domain, verified_at is not null as "isVerified",
       case when dkim_selector is not null and signs then json_build_object(
         'selector', dkim_selector, 'privateKey', dkim_private_key) end as key
     from {schema}.sender_domain where domain = any($1)`,
    [domains],
  );
  return rows;
}

/** Takes the domains that nobody has checked since `before`, `limit` of them, the oldest check first: the same ones go to one worker alone. */
export async function takeUncheckedDomains(
  db: Db,
  { before, now, limit }: { readonly before: Date; readonly now: Date; readonly limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ domain: string }>(
    `update {schema}.sender_domain set check_begun_at = $2::timestamptz
     where domain in (
       select domain from {schema}.sender_domain
       where (coalesce(checked_at, '-infinity') <= $1
           -- The DNS did not tell: it is asked again soon.
           or checks->>'isInOrder' is null and checked_at < $2::timestamptz - interval '1 hour')
         and coalesce(check_begun_at, '-infinity') < $2::timestamptz - interval '10 minutes'
       order by checked_at nulls first, domain limit $3 for update skip locked
     ) returning domain`,
    [before, now, limit],
  );
  return rows.map(({ domain }) => domain);
}

/** What a check found, and what follows from it. `signs`: whether the domain has our key; null: that is not known, and stays. */
export async function recordChecks(
  db: Db,
  domain: string,
  found: SenderStanding & {
    readonly checks: SenderChecks;
    readonly signs: boolean | null;
    readonly now: Date;
  },
): Promise<void> {
  await db.query(
    `update {schema}.sender_domain set checks = $2, checked_at = $3, verified_at = $4, failing_since = $5, failed_checks = $6,
       lost_at = $7, signs = coalesce($8, signs)
     where domain = $1`,
    [
      domain,
      JSON.stringify(found.checks),
      found.now,
      found.verifiedAt,
      found.failingSince,
      found.failedChecks,
      found.lostAt,
      found.signs,
    ],
  );
}

/** False: it is not there. */
export async function deleteSenderDomain(db: Db, domain: string): Promise<boolean> {
  const { rowCount } = await db.query('delete from {schema}.sender_domain where domain = $1', [domain]);
  return rowCount === 1;
}

/** An event that sends from a domain. */
export interface SenderUse {
  readonly domain: string;
  readonly eventId: string;
  readonly title: string;
  readonly fromAddress: string;
}

/** Events that still send from these domains (null: any): that have neither ended before `now` nor been cancelled. Next one first. */
export async function listSenderUses(
  db: Db,
  domains: readonly string[] | null,
  now: Date,
): Promise<SenderUse[]> {
  const { rows } = await db.query<SenderUse>(
    `select split_part(from_address, '@', 2) as domain, id as "eventId", title, from_address as "fromAddress"
     from {schema}.event
     where from_address is not null and ($1::text[] is null or split_part(from_address, '@', 2) = any($1))
       and cancelled_at is null and ends_at > $2
     order by starts_at, id`,
    [domains, now],
  );
  return rows;
}

/** A domain that events send from although it is not in order. */
export interface SenderTrouble extends SenderUse {
  readonly state: 'failing' | 'lost' | 'unverified';
}

/** Of the event, where one is named, else of any event that is not over: the one that starts next. */
export async function findSenderTrouble(
  db: Db,
  now: Date,
  eventId: string | null = null,
): Promise<SenderTrouble | null> {
  const { rows } = await db.query<SenderTrouble>(
    `select split_part(event.from_address, '@', 2) as domain, event.id as "eventId", event.title,
       event.from_address as "fromAddress",
       case when sender_domain.verified_at is not null then 'failing' when lost_at is not null then 'lost'
         else 'unverified' end as state
     from {schema}.event
     left join {schema}.sender_domain on sender_domain.domain = split_part(event.from_address, '@', 2)
     where event.from_address is not null and event.cancelled_at is null and event.ends_at > $1
       and (sender_domain.verified_at is null or failing_since is not null)
     order by event.id = $2 desc nulls last, sender_domain.verified_at nulls first, event.starts_at limit 1`,
    [now, eventId],
  );
  return rows[0] ?? null;
}
