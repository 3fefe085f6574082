import type { Outcome } from '../../src/domain/delivery/outcome.ts';
import { scopesThatBlock, suppressionSentence } from '../../src/domain/suppression.ts';
import type { Candidate } from './load.ts';

type Ineligible = Extract<Outcome, { readonly type: 'ineligible' }>;

/** A message that ends without being sent. */
export interface Ended {
  readonly candidate: Candidate;
  readonly outcome: Outcome;
}

/** Divides the messages into those that may still be sent, and those that end here. */
export function check(
  candidates: readonly Candidate[],
  now: Date,
): { readonly eligible: Candidate[]; readonly ended: Ended[] } {
  const eligible: Candidate[] = [];
  const ended: Ended[] = [];
  for (const candidate of candidates) {
    const outcome = ineligible(candidate, now);
    if (outcome) ended.push({ candidate, outcome });
    else eligible.push(candidate);
  }
  return { eligible, ended };
}

/** Why the message is not sent any more, whatever it says; null: it may go. */
function ineligible({ due, event }: Candidate, now: Date): Ineligible | null {
  const end = (status: Ineligible['status'], error: string): Ineligible => ({
    type: 'ineligible',
    status,
    error,
  });
  const { suppressions, expiresAt, isUncertain, about, kind } = due;
  if (!due.forTeam) {
    if (!event || !due.registrant) return end('not_sent', 'The registrant was removed.');
    if (event.cancelledAt && kind !== 'event_cancelled') return end('not_sent', 'The event was cancelled.');
    const { reminder } = about ?? {};
    if (reminder && new Date(reminder.startsAt).getTime() !== event.startsAt.getTime())
      return end('not_sent', 'The event has moved: it is reminded of anew.');
  }
  // A sample of a reminder was asked for by whoever gets it.
  const scopes = scopesThatBlock(about?.sample ? 'access_link' : kind);
  const suppression = suppressions.find(({ scope }) => scopes.includes(scope));
  if (suppression) return end('dropped', suppressionSentence(suppression.reason));
  if (expiresAt > now) return null;
  return isUncertain
    ? end('unknown', 'It may have arrived; its deadline passed before that was known.')
    : end('not_sent', 'Too late: its deadline passed.');
}
