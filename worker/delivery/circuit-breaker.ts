import { failBack, failOver } from '../../src/actions/fail-over.ts';
import type { Config, Mailbox } from '../../src/config.ts';
import {
  type BreakerKey,
  type Bridge,
  closeBreakers,
  listOpenBreakers,
  type OpenBreaker,
  openBreaker,
  takeProbe,
} from '../../src/db/circuit-breaker.ts';
import { type Pool, transaction } from '../../src/db/pool.ts';
import {
  afterFailure,
  hasGoneDown,
  isForgotten,
  type Silence,
  TRY_EVERY_MS,
} from '../../src/domain/delivery/failover.ts';
import type { Outcome, RejectedScope, Unanswered } from '../../src/domain/delivery/outcome.ts';
import { refusalReason } from '../../src/domain/delivery/refusal.ts';
import type { Kind } from '../../src/domain/kinds.ts';
import { domainOf as domainOfAddress } from '../../src/domain/sender-domain.ts';
import type { Logger } from '../../src/log.ts';

/** In milliseconds. */
const PROBE_EVERY = 60_000;
/** In milliseconds: while one mail tries, the others come again after this. */
const PROBE_TAKES = 5_000;
/** How long what another worker found out may be unknown here, in milliseconds. */
const LOOK_EVERY = 1_000;
/**
 * A refusal may be meant for one mailbox alone: some servers say "5.7.1 not permitted" of one closed list. So many in a
 * row, with nothing accepted between them, are about its domain, or about what its event says.
 */
const IN_A_ROW = 3;
/** So many different domains and events that are refused in a row are about our account. */
const DIFFERENT = 5;
/** In milliseconds: while other domains take our mails, a refusal is about the one domain, whatever its words. */
const TAKEN_LATELY = 60_000;
/** Domains that are remembered, at most. */
const MOST_DOMAINS = 1_000;

/** What the breakers look at of a mail. */
export interface BreakerMail {
  readonly eventId: string | null;
  readonly kind: Kind;
  readonly to: string;
  /** Who it comes from; null: the site's own sender. */
  readonly from: Mailbox | null;
}

/** What a circuit breaker opens for. */
type Scope = Exclude<RejectedScope, 'sender'>;

type Rejected = Extract<Outcome, { readonly type: 'sender_rejected' }>;

/** Whether a mail may be handed over now, or when it comes again and why. */
export type Verdict =
  | { readonly type: 'pass' }
  | {
      readonly type: 'wait';
      readonly until: Date;
      readonly reason: string;
      /** Whether this provider takes no mail at all: another one may take this. */
      readonly isDown: boolean;
    };

export type CircuitBreaker = ReturnType<typeof createCircuitBreaker>;

const ACCOUNT: BreakerKey = { scope: 'account', key: '' };
const NO_ANSWER = 'The provider does not answer.';

/**
 * Stops sending where a provider refuses the sender, in every worker, and no attempt is spent on it: all of it (a wrong
 * password, a blocked address), from one sender domain, to one recipient domain, or of one event's content. One mail a minute probes each open
 * breaker; when it is accepted, the breaker closes.
 */
export function createCircuitBreaker(options: {
  readonly pool: Pool;
  readonly provider: string;
  /** The other transport that is set up; null or left out: there is one alone. */
  readonly other?: string | null;
  /** Whether this is the second of the two. */
  readonly isFallback?: boolean;
  /** Where its own sender is. */
  readonly config: Pick<Config, 'mailFrom'>;
  readonly log: Logger;
  readonly now: () => Date;
}) {
  const { pool, provider, other = null, isFallback = false, config, log, now } = options;
  const bridge: Bridge = { fallback: isFallback ? null : other, isFallback };
  const siteDomain = domainOfAddress(config.mailFrom.address);
  let open = new Map<string, OpenBreaker>();
  let lookedAt = Number.NEGATIVE_INFINITY;
  const rejectedInARow = new Map<string, number>();
  const different = new Set<string>();
  /** The domains whose servers refused us in words about all our mail, until a mail to another one is accepted. */
  const suspects = new Set<string>();
  /** Those that said so while another one took our mail: what they say is about them alone. */
  const alone = new Set<string>();
  let acceptedAt = Number.NEGATIVE_INFINITY;
  /** Nobody answers us, and it is not known yet for how long. Where there is one transport alone nobody asks. */
  let silence: Silence | null = null;
  let triedAt = Number.NEGATIVE_INFINITY;
  /** How often our account was refused, or nobody answered, where there is another transport. */
  let setbacks = 0;

  async function look(): Promise<void> {
    if (performance.now() - lookedAt < LOOK_EVERY) return;
    const breakers = await listOpenBreakers(pool, provider);
    open = new Map(breakers.map((breaker) => [nameOf(breaker), breaker]));
    lookedAt = performance.now();
  }

  async function judge(mail: BreakerMail, probesLast: boolean): Promise<Verdict> {
    const breakers = keysOf(mail).flatMap((key) => open.get(nameOf(key)) ?? []);
    const at = now();
    for (const breaker of breakers) {
      const isDown = breaker.scope === 'account';
      const dueAt =
        isDown && probesLast ? new Date(breaker.probeAt.getTime() + PROBE_TAKES) : breaker.probeAt;
      const isDue = dueAt <= at;
      const probeAt = isDue ? new Date(at.getTime() + PROBE_EVERY) : breaker.probeAt;
      const isProbe = isDue && (await takeProbe(pool, provider, breaker, at, probeAt));
      // Of several workers one takes the probe; to the others it looks as due as to that one.
      const isProbing = isDue || breaker.isProbing;
      open.set(nameOf(breaker), { ...breaker, probeAt, isProbing });
      if (isProbe) continue;
      const until = isProbing ? new Date(at.getTime() + PROBE_TAKES) : dueAt;
      return { type: 'wait', until, reason: breaker.reason, isDown };
    }
    return open.has(nameOf(ACCOUNT)) ? { type: 'pass' } : tryInSilence(at.getTime());
  }

  /** While nobody answers one mail tries now and then: of each that tries it may remain unknown whether it was taken. */
  function tryInSilence(at: number): Verdict {
    if (silence && isForgotten(silence, at)) silence = null;
    if (silence && at - triedAt < TRY_EVERY_MS)
      return { type: 'wait', until: new Date(triedAt + TRY_EVERY_MS), reason: NO_ANSWER, isDown: false };
    triedAt = at;
    return { type: 'pass' };
  }

  /** The domain of an event's own sender; null: it comes from the site's. */
  function ownDomain({ from }: BreakerMail): string | null {
    const domain = from && domainOfAddress(from.address);
    return domain === siteDomain ? null : domain;
  }

  function rejectedKey(mail: BreakerMail, scope: Scope): BreakerKey {
    switch (scope) {
      case 'account':
        return ACCOUNT;
      case 'sender_domain':
        return { scope, key: ownDomain(mail) ?? siteDomain };
      case 'recipient':
        return { scope: 'recipient_domain', key: domainOf(mail) };
      case 'content':
        return { scope: 'event', key: mail.eventId ?? mail.kind };
    }
  }

  function keysOf(mail: BreakerMail): BreakerKey[] {
    const own = ownDomain(mail) ? [rejectedKey(mail, 'sender_domain')] : [];
    return [ACCOUNT, ...own, rejectedKey(mail, 'recipient'), rejectedKey(mail, 'content')];
  }

  /** What a refusal is about. By its words it may be our account, when it is only one recipient's server that says so. */
  function scopeOf(mail: BreakerMail, { scope, error }: Rejected): Scope {
    if (scope === 'sender_domain') return ownDomain(mail) ? scope : 'account';
    if ((scope === 'sender' || scope === 'account') && ownDomain(mail) && isAboutSender(error))
      return 'sender_domain';
    if (scope !== 'sender') return scope;
    const domain = domainOf(mail);
    const othersTake = performance.now() - acceptedAt < TAKEN_LATELY || alone.has(domain);
    if (!othersTake) remember(suspects, domain);
    return othersTake ? 'recipient' : 'account';
  }

  /** A mail to this domain was accepted: others that refused us speak for themselves alone. */
  function clearSuspicion(domain: string): void {
    for (const suspect of suspects) if (suspect !== domain) remember(alone, suspect);
    suspects.clear();
    alone.delete(domain);
  }

  async function trip(key: BreakerKey, reason: string, probeAt: Date): Promise<void> {
    const known = open.get(nameOf(key));
    if (!known)
      log.error(
        { provider, ...key, reason },
        'the provider refuses us: a circuit breaker opens until a probe succeeds',
      );
    // Of many mails that are refused together one tells it.
    const isKnown = known?.reason === reason && !known.isProbing;
    if (isKnown && probeAt.getTime() - known.probeAt.getTime() < LOOK_EVERY) return;
    const breaker = { ...key, openedAt: known?.openedAt ?? now(), reason, probeAt, isProbing: false };
    open.set(nameOf(key), breaker);
    if (key.scope !== 'account' || !other) return void (await openBreaker(pool, provider, breaker));
    setbacks++;
    const isNews = await transaction(pool, (db) => failOver({ db, now: now() }, provider, breaker, bridge));
    if (isNews) log.error({ from: provider, to: other, reason }, 'mails go by the second transport');
  }

  async function close(closed: readonly BreakerKey[]): Promise<void> {
    if (!other) return void (await closeBreakers(pool, provider, closed, now()));
    const left = await transaction(pool, (db) => failBack({ db, now: now() }, provider, closed));
    if (left) log.warn({ from: left, to: provider }, 'mails go by the first transport again');
  }

  return {
    /** One verdict a mail, in their order. `probesLast`: others are to probe our account, as long as there are any. */
    async pass(mails: readonly BreakerMail[], { probesLast = false } = {}): Promise<Verdict[]> {
      await look();
      if (open.size === 0 && !silence) return mails.map(() => ({ type: 'pass' }));
      const verdicts: Verdict[] = [];
      for (const mail of mails) verdicts.push(await judge(mail, probesLast));
      return verdicts;
    },

    /**
     * Asked the moment before a mail that has passed now leaves: false where it turned out meanwhile that this transport may be
     * down. What waits for its turn then need not end in doubt.
     */
    mayStillLeave(): () => boolean {
      const before = setbacks;
      return () => setbacks === before || (!silence && !open.has(nameOf(ACCOUNT)));
    },

    /**
     * Nobody answered. Where that lasts, and there is another transport, it is as if our account were refused: the mail
     * goes by the other one at once, unless it may have been taken.
     */
    async miss(outcome: Unanswered): Promise<Outcome> {
      if (!other) return outcome;
      const at = now();
      silence = afterFailure(silence, at.getTime());
      triedAt = at.getTime();
      setbacks++;
      if (!open.has(nameOf(ACCOUNT)) && !hasGoneDown(silence)) return outcome;
      silence = null;
      await trip(ACCOUNT, `It cannot be reached: ${outcome.error}`, new Date(at.getTime() + PROBE_EVERY));
      return outcome.type === 'retry' ? { type: 'not_attempted', error: outcome.error } : outcome;
    },

    /** The sender was refused with this mail: when it is tried again, or that it counts as a failed attempt. */
    async reject(mail: BreakerMail, { until, ...outcome }: Rejected): Promise<Rejected> {
      silence = null;
      const scope = scopeOf(mail, outcome);
      const key = rejectedKey(mail, scope);
      const probeAt = until ?? new Date(now().getTime() + PROBE_EVERY);
      if (key.scope === 'account' || key.scope === 'sender_domain') {
        await trip(key, outcome.error, probeAt);
        // It may go by the other transport.
        if (other && key.scope === 'account') return { ...outcome, until: now() };
        // Where it may be this mail's recipient that is refused, another mail is the next probe.
        const again = outcome.scope === 'sender' ? probeAt.getTime() + PROBE_TAKES : probeAt.getTime();
        return { ...outcome, until: new Date(again) };
      }
      const inARow = (rejectedInARow.get(nameOf(key)) ?? 0) + 1;
      if (rejectedInARow.size >= MOST_DOMAINS) rejectedInARow.clear();
      rejectedInARow.set(nameOf(key), inARow);
      // Another mail is the next probe: this one may be the only one that is refused.
      const afterProbe = new Date(probeAt.getTime() + PROBE_EVERY);
      if (open.has(nameOf(key))) {
        await trip(key, outcome.error, probeAt);
        return { ...outcome, until: afterProbe };
      }
      if (different.size < DIFFERENT) different.add(nameOf(key));
      if (different.size >= DIFFERENT) await trip(ACCOUNT, outcome.error, probeAt);
      if (inARow < IN_A_ROW) return outcome;
      await trip(key, outcome.error, probeAt);
      return { ...outcome, until: afterProbe };
    },

    /** The mail was accepted: what kept mails like it back is over. Null where nothing was, as nearly always. */
    accept(mail: BreakerMail): Promise<void> | null {
      different.clear();
      acceptedAt = performance.now();
      silence = null;
      if (suspects.size > 0 || alone.size > 0) clearSuspicion(domainOf(mail));
      // It is asked of every mail.
      if (open.size === 0 && rejectedInARow.size === 0) return null;
      const keys = keysOf(mail);
      for (const key of keys) rejectedInARow.delete(nameOf(key));
      const closed = keys.filter((key) => open.delete(nameOf(key)));
      if (closed.length === 0) return null;
      log.info({ provider, closed }, 'the provider takes mail again');
      return close(closed);
    },
  };
}

function remember(domains: Set<string>, domain: string): void {
  if (domains.size >= MOST_DOMAINS) domains.clear();
  domains.add(domain);
}

function domainOf({ to }: BreakerMail): string {
  return to.slice(to.lastIndexOf('@') + 1).toLowerCase();
}

/** Whether a mail server's refusal speaks of whom a mail comes from, and not of all that we send. */
function isAboutSender(error: string): boolean {
  const reason = refusalReason({ status: null, words: error });
  return reason === 'sender_address' || reason === 'sender_authentication';
}

function nameOf({ scope, key }: BreakerKey): string {
  return `${scope} ${key}`;
}
