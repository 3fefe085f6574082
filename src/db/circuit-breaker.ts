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

/** The open circuit breakers of all providers. */
export async function sumUpBreakers(db: Db): Promise<BreakerSummary> {
  const { rows } = await db.query<FirstBreaker & { open: BreakerSummary['open'] }>(
    `select scope, key, reason, event.title as "eventTitle", json_build_object(
       ${BREAKER_SCOPES.map((scope) => `'${scope}', count(*) filter (where scope = '${scope}') over ()`).join(', ')}
     ) as open
     from {schema}.circuit_breaker
     left join {schema}.event on event.id = case when scope = 'event' and key ~ '^[0-9a-f-]{36}$' then key::uuid end
     order by array_position(array['account', 'sender_domain', 'event', 'recipient_domain'], scope), circuit_breaker.opened_at, key limit 1`,
  );
  const [row] = rows;
  if (!row) return { open: { account: 0, sender_domain: 0, recipient_domain: 0, event: 0 }, first: null };
  const { open, ...first } = row;
  return { open, first };
}

/** Opens the circuit breaker, or keeps it open until after another probe. */
export async function openBreaker(
  db: Db,
  provider: string,
  breaker: Omit<OpenBreaker, 'isProbing'>,
): Promise<void> {
  const { scope, key, openedAt, reason, probeAt } = breaker;
  await db.query(
    `insert into {schema}.circuit_breaker (provider, scope, key, opened_at, reason, probe_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (provider, scope, key) do update set reason = excluded.reason, probe_at = excluded.probe_at,
       is_probing = false`,
    [provider, scope, key, openedAt, reason, probeAt],
  );
  await raiseBreaker(db, provider, breaker);
}

/** The team is told of it; again and again the same. */
async function raiseBreaker(
  db: Db,
  provider: string,
  { scope, key, reason, openedAt }: Pick<OpenBreaker, 'scope' | 'key' | 'reason' | 'openedAt'>,
): Promise<void> {
  if (scope === 'account') return raiseAlert(db, 'mail_refused', { provider, reason }, openedAt);
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

/** Closes circuit breakers: mails of their scopes are handed over again. */
export async function closeBreakers(
  db: Db,
  provider: string,
  keys: readonly BreakerKey[],
  now: Date,
): Promise<void> {
  await db.query(
    `delete from {schema}.circuit_breaker using unnest($2::text[], $3::text[]) as closed (scope, key)
     where provider = $1 and circuit_breaker.scope = closed.scope and circuit_breaker.key = closed.key`,
    [provider, keys.map(({ scope }) => scope), keys.map(({ key }) => key)],
  );
  for (const { scope, key: of } of keys)
    if (scope === 'account') await endAlert(db, 'mail_refused', { provider }, now);
    else await endAlert(db, 'mail_partly_refused', { provider, scope, of }, now);
}
