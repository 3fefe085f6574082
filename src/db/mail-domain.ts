import { type DomainStatus, WRONG_DOMAINS } from '../domain/mail-domain.ts';
import type { Db } from './pool.ts';

const WRONG = `('${WRONG_DOMAINS.join("', '")}')`;

/** Whether the domain of a row of `registrant` takes no mail. */
export const IS_AT_WRONG_DOMAIN = `registrant.email_domain in (
  select domain from {schema}.mail_domain where mail_domain.status in ${WRONG})`;

/** The status of a registrant's domain, as an expression over `registrant`. */
export const DOMAIN_STATUS =
  '(select mail_domain.status from {schema}.mail_domain where mail_domain.domain = registrant.email_domain)';

/**
 * Makes those of the domains due that the DNS was not asked for lately; true where any is. It is the last statement of a transaction
 * that waits for others: the domains come in one order, so that two transactions with the same ones never wait for each other.
 */
export async function makeDomainsDue(db: Db, domains: readonly string[], now: Date): Promise<boolean> {
  const { rows } = await db.query<{ domain: string }>(
    `select asked.domain from unnest($1::text[]) as asked (domain)
     left join {schema}.mail_domain on mail_domain.domain = asked.domain
     where mail_domain.domain is null or mail_domain.due_at is null and mail_domain.expires_at <= $2`,
    [domains, now],
  );
  // Nearly always nothing is to be written, and nobody waits for anybody.
  if (rows.length === 0) return false;
  const { rowCount } = await db.query(
    `insert into {schema}.mail_domain as known (domain, due_at, expires_at)
     select domain, $2, $2 from unnest($1::text[]) as asked (domain) order by domain
     on conflict (domain) do update set due_at = $2, attempts = 0
       where known.due_at is null and known.expires_at <= $2`,
    [rows.map(({ domain }) => domain), now],
  );
  return (rowCount ?? 0) > 0;
}

export interface ClaimedDomain {
  readonly domain: string;
  /** Times in a row without an answer. */
  readonly attempts: number;
}

/** Takes domains that are due, so that no other worker asks for them before `until`; at most `limit`. */
export async function claimDomains(db: Db, now: Date, until: Date, limit: number): Promise<ClaimedDomain[]> {
  const { rows } = await db.query<ClaimedDomain>(
    `update {schema}.mail_domain set claimed_until = $2 where domain in (
       select domain from {schema}.mail_domain
       where due_at <= $1 and (claimed_until is null or claimed_until <= $1)
       order by due_at limit $3 for update skip locked
     ) returning domain, attempts`,
    [now, until, limit],
  );
  return rows;
}

/** Keeps what the DNS said. */
export async function saveDomainStatus(
  db: Db,
  domain: string,
  found: {
    readonly status: DomainStatus;
    readonly now: Date;
    readonly expiresAt: Date;
    readonly dueAt: Date | null;
  },
): Promise<void> {
  await db.query(
    `update {schema}.mail_domain set status = $2, checked_at = $3, expires_at = $4, due_at = $5, attempts = 0, claimed_until = null
     where domain = $1`,
    [domain, found.status, found.now, found.expiresAt, found.dueAt],
  );
}

/** Keeps that it gave no answer, which says nothing: a status that was found before stays. */
export async function saveNoAnswer(
  db: Db,
  { domain, attempts }: ClaimedDomain,
  next: { readonly expiresAt: Date; readonly dueAt: Date | null },
): Promise<void> {
  await db.query(
    `update {schema}.mail_domain set attempts = $2, expires_at = $3, due_at = $4, claimed_until = null where domain = $1`,
    [domain, attempts, next.expiresAt, next.dueAt],
  );
}

export interface KnownDomain {
  readonly status: DomainStatus | null;
  /** Whether the DNS is still to be asked for the first time. */
  readonly isAwaited: boolean;
}

/** Null: nobody asked for it. */
export async function findDomain(db: Db, domain: string): Promise<KnownDomain | null> {
  const { rows } = await db.query<KnownDomain>(
    `select status, status is null and attempts = 0 and due_at is not null as "isAwaited"
     from {schema}.mail_domain where domain = $1`,
    [domain],
  );
  return rows[0] ?? null;
}

/** How many of an event's people have an address at a domain that takes no mail; nobody who cancelled is counted. */
export async function countAtWrongDomains(db: Db, eventId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*) as count from {schema}.mail_domain
     join {schema}.registrant on registrant.event_id = $1 and registrant.email_domain = mail_domain.domain
       and registrant.erased_at is null and registrant.cancelled_at is null
     where mail_domain.status in ${WRONG}`,
    [eventId],
  );
  return rows[0]?.count ?? 0;
}

/** Forgets domains that are due and that nobody has any more. */
export async function deleteUnusedDomains(db: Db, now: Date): Promise<void> {
  await db.query(
    // The index of each event's domains is asked: none knows them over all events.
    `delete from {schema}.mail_domain where due_at <= $1 and (claimed_until is null or claimed_until <= $1) and expires_at <= $1
       -- Somebody may be registering with it.
       and (status is not null or attempts > 0)
       and not exists (
         select from {schema}.event cross join lateral (
           select from {schema}.registrant
           where registrant.event_id = event.id and registrant.email_domain = mail_domain.domain and registrant.erased_at is null
           limit 1
         ) as having_it
       )`,
    [now],
  );
}

/** Forgets what is not asked for again, and expired before. */
export async function deleteExpiredDomains(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.mail_domain where due_at is null and expires_at <= $1', [before]);
}
