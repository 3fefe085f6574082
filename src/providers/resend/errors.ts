import type { Outcome } from '../../domain/delivery/outcome.ts';
import { retryAfter } from '../permitted-calls.ts';

/** What the SDK gives where a call did not succeed. */
export interface ResendError {
  /** The published name; the SDK itself says `application_error` where there was no answer that it could read. */
  readonly name: string;
  readonly message: string;
  /** HTTP status; null: no answer came at all. */
  readonly statusCode: number | null;
}

/** What a failed call means, beyond what may become of one mail. */
export type CallFailure =
  | { readonly type: 'outcome'; readonly outcome: Outcome }
  /** Too fast: the same call again after `seconds`; spends no attempt. */
  | { readonly type: 'wait'; readonly seconds: number }
  /** A call with this id was made with other bytes. */
  | { readonly type: 'mismatch' }
  /** Refused as a whole for what may be the fault of one mail. */
  | {
      readonly type: 'bad_mail';
      readonly outcome: Extract<Outcome, { readonly type: 'bounced' | 'failed' }>;
    };

const LONGEST_ERROR = 500;

/** Nobody may send with this key, or not from this domain: nothing goes out until a person has corrected it. */
const ABOUT_US = new Set([
  'missing_api_key',
  'invalid_api_key',
  'restricted_api_key',
  'suspended_api_key',
  'invalid_permission',
  'invalid_access',
  'invalid_from_address',
  'invalid_region',
  'security_error',
  'email_above_quota',
  'monthly_quota_exceeded',
]);

/**
 * What Resend's answer means (resend.com/docs/api-reference/errors): told by its name, since several share an HTTP
 * status. `now` says when a daily quota begins anew.
 */
export function resendFailure(
  { name, message, statusCode }: ResendError,
  headers: Readonly<Record<string, string>> | null,
  now: Date,
): CallFailure {
  const error = `${name}: ${message}`.slice(0, LONGEST_ERROR);
  const scope = isAboutSender(message) ? 'sender_domain' : 'account';
  const refused = (until?: Date): CallFailure => ({
    type: 'outcome',
    outcome: { type: 'sender_rejected', error, scope, ...(until && { until }) },
  });
  if (ABOUT_US.has(name)) return refused();
  switch (name) {
    case 'rate_limit_exceeded':
      return { type: 'wait', seconds: retryAfter(headers, now) };
    case 'daily_quota_exceeded':
      return refused(nextMidnight(now));
    case 'invalid_idempotent_request':
      return { type: 'mismatch' };
    // The same call is being worked on, or was: its answer comes with the next try.
    case 'concurrent_idempotent_requests':
    case 'resource_locked':
      return { type: 'outcome', outcome: { type: 'outcome_unknown', error } };
    case 'validation_error':
      return statusCode === 403 || isAboutSender(message)
        ? refused()
        : { type: 'bad_mail', outcome: itemOutcome(error) };
  }
  // Without an answer, or with one that says that something broke there, the call may have been taken.
  if (statusCode === null || statusCode >= 500)
    return { type: 'outcome', outcome: { type: 'outcome_unknown', error, unanswered: true } };
  if (statusCode === 401 || statusCode === 403) return refused();
  if (statusCode === 408 || statusCode === 429) return { type: 'wait', seconds: retryAfter(headers, now) };
  return { type: 'bad_mail', outcome: itemOutcome(error) };
}

/** What it means that one mail of a call is not valid. */
export function itemOutcome(message: string): Extract<Outcome, { readonly type: 'bounced' | 'failed' }> {
  const error = message.slice(0, LONGEST_ERROR);
  return { type: isAboutRecipient(message) ? 'bounced' : 'failed', error };
}

/** What it means that a mail of a call that was taken is refused alone. It may be refused for whom it comes from. */
export function refusedItem(message: string): Outcome {
  return isAboutSender(message)
    ? { type: 'sender_rejected', error: message.slice(0, LONGEST_ERROR), scope: 'sender_domain' }
    : itemOutcome(message);
}

/** "Invalid `to` field. The email address needs to follow …", "Please use our testing email address instead of …". */
function isAboutRecipient(message: string): boolean {
  return /[`'"]to[`'"]/i.test(message) && !/is missing|missing [`'"]to/i.test(message);
}

/** "The example.com domain is not verified", "Invalid `from` field". */
function isAboutSender(message: string): boolean {
  return /[`'"]from[`'"]|domain is not verified|verify (?:a|your) domain/i.test(message);
}

/** Daily quotas are those of a calendar day in UTC. */
function nextMidnight(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1));
}
