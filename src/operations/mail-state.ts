import { findUnreadableMailbox, type UnreadableMailbox } from '../db/bounce-mailbox.ts';
import {
  type BreakerScope,
  type BreakerSummary,
  type Failover,
  findFailover,
  sumUpBreakers,
} from '../db/circuit-breaker.ts';
import { findOldestDue } from '../db/delivery-health.ts';
import type { Pool } from '../db/pool.ts';
import { PRIORITIES, type Priority } from '../domain/message.ts';
import { remember } from '../lib/remember.ts';

/** How long a mail may be overdue before the team is told, in seconds. */
const LATE_AFTER: Readonly<Record<Priority, number>> = { urgent: 60, bulk: 15 * 60 };

/** One that nobody has tried for so long is no longer set up: see how long it is left alone at most. */
const MAILBOX_TRIED_WITHIN_MS = 2 * 3_600_000;

/** Whether mail goes out as it should, and reports come in; what a banner says and what alarms look at. */
export interface MailState {
  /**
   * `refused`: no mail goes out. `fallback`: all mail goes by the second transport. `partly_refused`: none of some events or to some
   * recipient domains.
   */
  readonly state: 'ok' | 'late' | 'fallback' | 'partly_refused' | 'refused';
  /** The mail server's words, where the state is that it refuses us. */
  readonly reason: string | null;
  readonly breakers: BreakerSummary;
  /** Null: mails go by the first transport, or none goes out. */
  readonly fallback: Failover | null;
  /** Null: the bounce mailbox can be read, or there is none. */
  readonly unreadableMailbox: (UnreadableMailbox & { readonly seconds: number }) | null;
  /** How long the oldest message that is due has been waiting, in seconds; 0: none waits. */
  readonly oldestDueSeconds: Readonly<Record<Priority, number>>;
}

export type ReadMailState = () => Promise<MailState | undefined>;

/**
 * The state of mail, read at most once a second however many ask, and never older than five. Resolves with undefined where
 * the database has not answered for two seconds and nothing as new as that is known; rejects where it cannot be reached.
 */
export function createMailState(pool: Pool, now: () => Date): ReadMailState {
  const read = remember(
    async () => ({
      oldest: await findOldestDue(pool, PRIORITIES),
      breakers: await sumUpBreakers(pool),
      fallback: await findFailover(pool),
      mailbox: await findUnreadableMailbox(pool, new Date(now().getTime() - MAILBOX_TRIED_WITHIN_MS)),
    }),
    { freshMs: () => 1_000, keptMs: () => 5_000, patienceMs: 5, firstMs: 2_000, forgetMs: 10_000 },
  );
  return async () => {
    const known = await read();
    if (!known) return undefined;
    const secondsSince = (at: Date) => Math.max(0, (now().getTime() - at.getTime()) / 1000);
    const waits = (priority: Priority) => {
      const oldest = known.oldest.get(priority);
      return oldest ? secondsSince(oldest) : 0;
    };
    const oldestDueSeconds = { urgent: waits('urgent'), bulk: waits('bulk') };
    const { breakers, fallback, mailbox } = known;
    const unreadableMailbox = mailbox && { ...mailbox, seconds: secondsSince(mailbox.since) };
    const { first } = breakers;
    const state = stateOf(first?.scope, isLate({ oldestDueSeconds }), fallback !== null);
    const isRefused = state === 'refused' || state === 'partly_refused';
    const told = isRefused ? first : state === 'fallback' ? fallback : null;
    const reason = told?.reason ?? null;
    return { state, reason, breakers, fallback, unreadableMailbox, oldestDueSeconds };
  };
}

/** Whether a mail is overdue for longer than it may be. */
export function isLate({ oldestDueSeconds }: Pick<MailState, 'oldestDueSeconds'>): boolean {
  return PRIORITIES.some((priority) => oldestDueSeconds[priority] > LATE_AFTER[priority]);
}

/** `widest`: the scope of the widest circuit breaker that is open. */
function stateOf(widest: BreakerScope | undefined, late: boolean, isByFallback: boolean): MailState['state'] {
  if (widest === 'account') return 'refused';
  if (late) return 'late';
  if (isByFallback) return 'fallback';
  return widest ? 'partly_refused' : 'ok';
}
