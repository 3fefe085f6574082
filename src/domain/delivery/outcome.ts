import type { IneligibleStatus } from './eligibility.ts';
import { retryDelay } from './retry-policy.ts';
import type { MessageStatus } from './status.ts';

/**
 * What a provider refuses when it refuses the sender: everything of ours, all from the domain that the mail comes from, a
 * recipient's domain, what one event says. `sender`: by its words everything of ours, but it may be one recipient's server
 * that says so.
 */
export type RejectedScope = 'account' | 'sender_domain' | 'sender' | 'recipient' | 'content';

/** What became of a message that a worker took in hand: one type from the provider to the record. */
export type Outcome =
  /** The provider took it. */
  | { readonly type: 'accepted'; readonly providerMessageId: string | null }
  /** Not now, and certainly not taken: the same mail may be taken later. `unanswered`: no mail would have been. */
  | { readonly type: 'retry'; readonly error: string; readonly unanswered?: boolean }
  /** The answer was lost after the mail was handed over: it may have been taken, or not. `unanswered`: none ever came. */
  | { readonly type: 'outcome_unknown'; readonly error: string; readonly unanswered?: boolean }
  /** Certainly not taken, since the call was refused as a whole: it goes out in a call of its own. */
  | { readonly type: 'alone'; readonly error: string }
  /**
   * It was not handed over. `until`: when it can be; absent: at once, by whoever is free. `newCall`: not in the call that it was
   * part of before, which was looked up.
   */
  | {
      readonly type: 'not_attempted';
      readonly error: string;
      readonly until?: Date;
      readonly newCall?: boolean;
    }
  /**
   * The provider refuses the sender, which spends no attempt. `until`: a circuit breaker is open and lets nothing of that
   * scope out before then; absent: it is tried again like after any other failure.
   */
  | {
      readonly type: 'sender_rejected';
      readonly error: string;
      readonly scope: RejectedScope;
      readonly until?: Date;
    }
  /** The address is refused for good. */
  | { readonly type: 'bounced'; readonly error: string }
  /** Refused for good, for a reason that is neither the address nor the sender; or it could not be written. */
  | { readonly type: 'failed'; readonly error: string }
  /** It is no longer eligible (src/domain/delivery/eligibility.ts). */
  | { readonly type: 'ineligible'; readonly status: IneligibleStatus; readonly error: string };

/** The provider could not be reached, or answers to nobody: whether it is down is told by many of these. */
export type Unanswered = Extract<Outcome, { readonly type: 'retry' | 'outcome_unknown' }>;

export function isUnanswered(outcome: Outcome): outcome is Unanswered {
  return (outcome.type === 'retry' || outcome.type === 'outcome_unknown') && outcome.unanswered === true;
}

export type FinalStatus = IneligibleStatus | Extract<MessageStatus, 'bounced' | 'failed'>;

type OutcomeOf<Type extends Outcome['type']> = Extract<Outcome, { readonly type: Type }>;

/** What is written down about a message. */
export type NextStep =
  | { readonly type: 'sent'; readonly providerMessageId: string | null }
  | {
      readonly type: 'again';
      readonly dueAt: Date;
      readonly error: string;
      /** Whether the attempt counts. */
      readonly spent: boolean;
      /** Whether the mail may have left. */
      readonly uncertain: boolean;
      /** Whether the next attempt is a call of its own, and not the same one again. */
      readonly newCall: boolean;
      /** Whether no other mail goes with it. */
      readonly alone: boolean;
    }
  | { readonly type: 'ended'; readonly status: FinalStatus; readonly error: string };

/** The attempt that an outcome belongs to. */
export interface Attempt {
  /** From 1; 0: it was not handed over. */
  readonly number: number;
  readonly expiresAt: Date;
  /** Whether an earlier attempt may have put it into the inbox. */
  readonly isUncertain: boolean;
  /** Whether its call is over where that certainly took nothing, since the provider does not take it again under its id. */
  readonly endsCall: boolean;
  /** 0 to 1; the same for mails that were sent together, so that they are tried again together. */
  readonly jitter: number;
}

type Rule<Type extends Outcome['type']> = (outcome: OutcomeOf<Type>, attempt: Attempt, now: Date) => NextStep;

/** What follows from each outcome: the one place that decides it. */
const RULES: { readonly [Type in Outcome['type']]: Rule<Type> } = {
  accepted: ({ providerMessageId }) => ({ type: 'sent', providerMessageId }),
  retry: ({ error }, attempt, now) => anotherAttempt(error, attempt, now),
  outcome_unknown: ({ error }, attempt, now) => anotherAttempt(error, attempt, now, { uncertain: true }),
  alone: ({ error }, _attempt, now) => ({ ...again(error, now), spent: true, newCall: true, alone: true }),
  not_attempted: ({ error, until, newCall = false }, _attempt, now) => ({
    ...again(error, until ?? now),
    newCall,
  }),
  sender_rejected: ({ error, until }, attempt, now) =>
    until ? again(error, until) : anotherAttempt(error, attempt, now, { spent: false }),
  bounced: ({ error }) => ({ type: 'ended', status: 'bounced', error }),
  failed: ({ error }) => ({ type: 'ended', status: 'failed', error }),
  ineligible: ({ status, error }) => ({ type: 'ended', status, error }),
};

/** What is to be written down, and whether the message is tried again. */
export function nextStep(outcome: Outcome, attempt: Attempt, now: Date): NextStep {
  const rule = RULES[outcome.type] as Rule<Outcome['type']>;
  const step = rule(outcome, attempt, now);
  return step.type === 'again' && attempt.endsCall && !step.uncertain ? { ...step, newCall: true } : step;
}

function again(error: string, dueAt: Date) {
  return {
    type: 'again',
    dueAt,
    error,
    spent: false,
    uncertain: false,
    newCall: false,
    alone: false,
  } as const;
}

function anotherAttempt(
  error: string,
  { number, expiresAt, isUncertain, jitter }: Attempt,
  now: Date,
  { uncertain = false, spent = true } = {},
): NextStep {
  const dueAt = new Date(now.getTime() + retryDelay(number, jitter));
  if (dueAt < expiresAt) return { ...again(error, dueAt), spent, uncertain };
  return uncertain || isUncertain
    ? { type: 'ended', status: 'unknown', error: `It may have arrived; too late to send it again: ${error}` }
    : { type: 'ended', status: 'not_sent', error: `Too late to try again: ${error}` };
}
