import { endAlert, raiseAlert } from './alert.ts';
import type { Db } from './pool.ts';

export const BREAKER_SCOPES = ['account', 'sender_domain', 'recipient_domain', 'event'] as const;
export type BreakerScope = (typeof BREAKER_SCOPES)[number];

/** What a circuit breaker is about. */
export interface BreakerKey {
  readonly scope: BreakerScope;
  /** A domain; the event's id, or the kind of mails that have no event; empty for the account. */
  readonly key: string;
}

/** An open circuit breaker: nothing of its scope is handed to the provider. */
export interface OpenBreaker extends BreakerKey {
  readonly openedAt: Date;
  /** What the provider said. */
  readonly reason: string;
  /** When one mail tries whether that has changed. */
  readonly probeAt: Date;
  /** Whether one tries at the moment. */
  readonly isProbing: boolean;
}

const COLUMNS =
  'scope, key, opened_at as "openedAt", reason, probe_at as "probeAt", is_probing as "isProbing"';

/** The open circuit breakers of a provider. */
export async function listOpenBreakers(db: Db, provider: string): Promise<OpenBreaker[]> {
  const { rows } = await db.query<OpenBreaker>(
    `select ${COLUMNS} from {schema}.circuit_breaker where provider = $1`,
    [provider],
  );
  return rows;
}

/** What people are told of the open circuit breakers of all providers. */
export interface BreakerSummary {
  /** How many are open. */
  readonly open: Readonly<Record<BreakerScope, number>>;
  /** The widest, and of those the oldest. */
  readonly first: FirstBreaker | null;
}

export interface FirstBreaker extends BreakerKey {
  readonly reason: string;
  /** Of the event that it is about. */
  readonly eventTitle: string | null;
}

// Our account is refused, and another transport takes the mails: those of the first go by the second, and what the second
// refuses matters while the first is down only.
const IS_BRIDGED = `(scope = 'account' and case when is_fallback
  then not exists (
    select from {schema}.circuit_breaker as first
    where first.scope = 'account' and first.fallback = circuit_breaker.provider
  )
  else fallback is not null and not exists (
    select from {schema}.circuit_breaker as second
    where second.scope = 'account' and second.provider = circuit_breaker.fallback
  )
end)`;

/** The open circuit breakers of all providers, without those of an account whose mails another transport takes. */
export async function sumUpBreakers(db: Db): Promise<BreakerSummary> {
  const { rows } = await db.query<FirstBreaker & { open: BreakerSummary['open'] }>(
    `select scope, key, reason, event.title as "eventTitle", json_build_object(
       ${BREAKER_SCOPES.map((scope) => `'${scope}', count(*) filter (where scope = '${scope}') over ()`).join(', ')}
     ) as open
     from {schema}.circuit_breaker
     left join {schema}.event on event.id = case when scope = 'event' and key ~ '^[0-9a-f-]{36}$' then key::uuid end
     where not ${IS_BRIDGED}
     order by array_position(array['account', 'sender_domain', 'event', 'recipient_domain'], scope), is_fallback,
       circuit_breaker.opened_at, key limit 1`,
  );
  const [row] = rows;
  if (!row) return { open: { account: 0, sender_domain: 0, recipient_domain: 0, event: 0 }, first: null };
  const { open, ...first } = row;
  return { open, first };
}

/** That the second transport takes the mails of the first. */
export interface Failover {
  readonly from: string;
  readonly to: string;
  readonly since: Date;
  /** What the first said, or that it cannot be reached. */
  readonly reason: string;
}

/** Null: mails go by the first transport, or by none. */
export async function findFailover(db: Db): Promise<Failover | null> {
  const { rows } = await db.query<Failover>(
    `select provider as "from", fallback as "to", opened_at as since, reason from {schema}.circuit_breaker
     where not is_fallback and fallback is not null and ${IS_BRIDGED} order by opened_at limit 1`,
  );
  return rows[0] ?? null;
}

/** What the other transport has to do with an open circuit breaker. */
export interface Bridge {
  /** It takes the mails while this one is open; null: none does. */
  readonly fallback: string | null;
  /** Whether this one is of the second transport. */
  readonly isFallback: boolean;
}

/** Opens the circuit breaker, or keeps it open until after another probe. Whether mails go by another transport from now on. */
export async function openBreaker(
  db: Db,
  provider: string,
  breaker: Omit<OpenBreaker, 'isProbing'>,
  { fallback, isFallback }: Bridge = { fallback: null, isFallback: false },
): Promise<boolean> {
  const { scope, key, openedAt, reason, probeAt } = breaker;
  // Of several workers that open it at once one is told so: a row that is new has no xmax.
  const { rows } = await db.query<{ isNews: boolean }>(
    `with before as (
       select fallback from {schema}.circuit_breaker where provider = $1 and scope = $2 and key = $3
     )
     insert into {schema}.circuit_breaker (provider, scope, key, opened_at, reason, probe_at, fallback, is_fallback)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (provider, scope, key) do update set reason = excluded.reason, probe_at = excluded.probe_at,
       is_probing = false, fallback = excluded.fallback, is_fallback = excluded.is_fallback
     returning fallback is not null and (xmax::text = '0'
       or exists (select from before where before.fallback is distinct from $7)) as "isNews"`,
    [provider, scope, key, openedAt, reason, probeAt, fallback, isFallback],
  );
  // What the second transport refuses is told as soon as the first is tried again, and refuses it too.
  if (scope === 'account' && !isFallback) await raiseAccount(db, provider, breaker, fallback);
  else await raiseScoped(db, provider, breaker);
  return rows[0]?.isNews ?? false;
}

// The team is told of it; again and again the same.

async function raiseAccount(
  db: Db,
  provider: string,
  { reason, openedAt }: Pick<OpenBreaker, 'reason' | 'openedAt'>,
  fallback: string | null,
): Promise<void> {
  const { rows } = await db.query<{ isBridged: boolean; now: Date }>(
    `select ${IS_BRIDGED} as "isBridged", now() from {schema}.circuit_breaker where provider = $1 and scope = 'account'`,
    [provider],
  );
  const [row] = rows;
  if (!row?.isBridged) return raiseAlert(db, 'mail_refused', { provider, reason }, openedAt);
  // The second may have taken mail again at the moment in which the first said that neither does.
  await endAlert(db, 'mail_refused', { provider }, row.now);
  if (fallback) await raiseAlert(db, 'failover', { from: provider, to: fallback, reason }, openedAt);
}

async function raiseScoped(
  db: Db,
  provider: string,
  { scope, key, reason, openedAt }: Pick<OpenBreaker, 'scope' | 'key' | 'reason' | 'openedAt'>,
): Promise<void> {
  if (scope === 'account') return;
  const eventId = scope === 'event' && IS_ID.test(key) ? key : null;
  await raiseAlert(db, 'mail_partly_refused', { provider, scope, of: key, eventId, reason }, openedAt);
}

const IS_ID = /^[0-9a-f-]{36}$/;

/** Takes the probe that is due, and sets the next one for `nextProbeAt`. Only one of many workers gets true. */
export async function takeProbe(
  db: Db,
  provider: string,
  { scope, key }: BreakerKey,
  now: Date,
  nextProbeAt: Date,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update {schema}.circuit_breaker set probe_at = $5, is_probing = true
     where provider = $1 and scope = $2 and key = $3 and probe_at <= $4`,
    [provider, scope, key, now, nextProbeAt],
  );
  return rowCount === 1;
}

/** Deletes the open circuit breakers of these scopes whose probe was due before `before` and that nothing has probed since. */
export async function deleteUnprobedBreakers(
  db: Db,
  scopes: readonly BreakerScope[],
  before: Date,
): Promise<void> {
  await db.query('delete from {schema}.circuit_breaker where scope = any($1) and probe_at < $2', [
    scopes,
    before,
  ]);
}

/** Closes circuit breakers: mails of their scopes are handed over again. Returns which transport took them meanwhile, if any did. */
export async function closeBreakers(
  db: Db,
  provider: string,
  keys: readonly BreakerKey[],
  now: Date,
): Promise<string | null> {
  const { rows } = await db.query<{ fallback: string | null }>(
    `delete from {schema}.circuit_breaker using unnest($2::text[], $3::text[]) as closed (scope, key)
     where provider = $1 and circuit_breaker.scope = closed.scope and circuit_breaker.key = closed.key
     returning fallback`,
    [provider, keys.map(({ scope }) => scope), keys.map(({ key }) => key)],
  );
  const fallback = rows.find((row) => row.fallback !== null)?.fallback ?? null;
  for (const { scope, key: of } of keys)
    if (scope === 'account') await endAccount(db, provider, fallback, now);
    else await endAlert(db, 'mail_partly_refused', { provider, scope, of }, now);
  return fallback;
}

/** One of two transports takes mail again: neither stops it any more. */
async function endAccount(db: Db, provider: string, fallback: string | null, now: Date): Promise<void> {
  const { rows } = await db.query<{ provider: string }>(
    `select provider from {schema}.circuit_breaker where scope = 'account' and fallback = $1`,
    [provider],
  );
  const others = rows.map((row) => row.provider);
  for (const one of [provider, ...others, ...(fallback ? [fallback] : [])])
    await endAlert(db, 'mail_refused', { provider: one }, now);
  await endAlert(db, 'failover', { from: provider }, now);
}

/** Deletes what is open of transports that are no longer set up. */
export async function deleteOtherBreakers(db: Db, providers: readonly string[]): Promise<void> {
  await db.query('delete from {schema}.circuit_breaker where provider <> all($1)', [providers]);
}
