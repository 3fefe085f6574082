import { endingOf, ineligibleReason, isHeld } from '../../src/domain/delivery/eligibility.ts';
import type { Outcome } from '../../src/domain/delivery/outcome.ts';
import { isKind } from '../../src/domain/kinds.ts';
import type { Candidate } from './load.ts';

/** A message that ends without being sent. */
export interface Ended {
  readonly candidate: Candidate;
  readonly outcome: Outcome;
}

/** Divides the messages into those that may be sent, those that wait until their event's pause is over, and those that end here. */
export function check(
  candidates: readonly Candidate[],
  now: Date,
): { readonly eligible: Candidate[]; readonly held: Candidate[]; readonly ended: Ended[] } {
  const eligible: Candidate[] = [];
  const held: Candidate[] = [];
  const ended: Ended[] = [];
  for (const candidate of candidates) {
    const { due, event } = candidate;
    // A kind that a newer version wrote, say: it ends here, and holds up no other message.
    if (!isKind(due.kind)) {
      ended.push({ candidate, outcome: { type: 'failed', error: `There is no kind of mail ${due.kind}.` } });
      continue;
    }
    const reason = ineligibleReason(due, event, now);
    if (reason) ended.push({ candidate, outcome: { type: 'ineligible', ...endingOf(due, reason) } });
    else if (isHeld(due, event)) held.push(candidate);
    else eligible.push(candidate);
  }
  return { eligible, held, ended };
}
