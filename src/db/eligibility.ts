import {
  endingFor,
  INELIGIBLE_REASONS,
  type IneligibleReason,
  scopesThatStop,
} from '../domain/delivery/eligibility.ts';
import { KINDS, type Kind, kindRow, type StopsMost } from '../domain/kinds.ts';
import { goesTo, TIMED_KINDS, timedRow } from '../domain/schedule.ts';
import { SUPPRESSION_REASONS, type SuppressionScope } from '../domain/suppression.ts';
import { ANNOUNCEMENT_IS_CANCELLED } from './announcement.ts';
import { ATTENDED } from './attended-sql.ts';
import { ROOM_CLOSES_AT } from './event.ts';
import { IS_SUPPRESSED, SUPPRESSED_FOR } from './suppression.ts';

// The tests of `src/domain/delivery/eligibility.ts` for mails to registrants, over the tables `message`, `registrant` and `event`, the
// latter two joined from the left. A test holds the two together over random histories.

const ADDRESS = 'coalesce(registrant.email, message.to_address)';

function textArray(scopes: readonly SuppressionScope[]): string {
  return `array[${scopes.map((scope) => `'${scope}'`).join(', ')}]`;
}

/** A condition: the kind (an SQL expression) is one of these. */
function IS_KIND(kinds: readonly Kind[]): string {
  return `message.kind = any(array[${kinds.map((kind) => `'${kind}'`).join(', ')}]::text[])`;
}

/** A value: the suppressions that stop the message. */
const SCOPES_THAT_STOP = `
  case message.kind ${KINDS.map((kind) => `when '${kind}' then ${textArray(scopesThatStop({ kind, about: null }))}`).join(' ')} end`;

const goesOutAfter = (what: StopsMost) =>
  IS_KIND(KINDS.filter((kind) => kindRow(kind).goesOutAfter.includes(what)));

const COUNTED_FROM_END = TIMED_KINDS.filter((kind) => timedRow(kind).anchor === 'endsAt');
/** A condition: the message is of a kind that goes to those who have not come in. */
export const IS_FOR_THE_ABSENT = IS_KIND(KINDS.filter((kind) => goesTo(kind) === 'not_attended'));

/** `now`: an SQL expression. */
const TESTS: Readonly<Record<IneligibleReason, (now: string) => string>> = {
  registrant_removed: () => `registrant.id is null or registrant.erased_at is not null or event.id is null`,
  registrant_cancelled: () =>
    `registrant.cancelled_at is not null and not ${goesOutAfter('own_cancellation')}`,
  event_cancelled: () => `event.cancelled_at is not null and not ${goesOutAfter('cancellation')}`,
  // The message says it in milliseconds.
  event_moved: () =>
    `(message.about ? 'reminder' or message.about ? 'timed')
       and coalesce(message.about #>> '{reminder,startsAt}', message.about #>> '{timed,anchorAt}')::timestamptz
         is distinct from date_trunc('milliseconds', case when ${IS_KIND(COUNTED_FROM_END)} then event.ends_at else event.starts_at end)`,
  attended: () => `${IS_FOR_THE_ABSENT} and ${ATTENDED}`,
  announcement_cancelled: () => ANNOUNCEMENT_IS_CANCELLED,
  suppressed: () => IS_SUPPRESSED(ADDRESS, 'message.event_id', SCOPES_THAT_STOP),
  too_late: (now) => `message.expires_at <= ${now}`,
  event_ended: (now) =>
    `${ROOM_CLOSES_AT} <= ${now} and not ${goesOutAfter('end')}
       and not (event.replay_url is not null and ${goesOutAfter('end_with_replay')})`,
};

/** A value: why the message may not go any more, or null. `now` is an SQL expression. */
export function INELIGIBLE_REASON(now: string): string {
  return `case ${INELIGIBLE_REASONS.map((reason) => `when ${TESTS[reason](now)} then '${reason}'`).join('\n    ')} end`;
}

/** A condition: it may go, and waits all the same, as `isHeld` says. */
export const IS_HELD = `message.priority = 'bulk' and message.uncertain_attempts = 0
    and event.sending_paused_at is not null`;

/** A value: what the suppression that stops the message is for. */
export const STOPPED_FOR = SUPPRESSED_FOR(ADDRESS, 'message.event_id', SCOPES_THAT_STOP);

/** How a message ends, for each reason, certainty and suppression: columns for `unnest`. */
export function allEndings() {
  const rows = INELIGIBLE_REASONS.flatMap((reason) =>
    (reason === 'suppressed' ? SUPPRESSION_REASONS : [null]).flatMap((suppressedFor) =>
      [false, true].map((isUncertain) => ({
        ...{ reason, suppressedFor, isUncertain },
        ...endingFor(reason, isUncertain, suppressedFor),
      })),
    ),
  );
  return {
    reasons: rows.map((row) => row.reason),
    uncertain: rows.map((row) => row.isUncertain),
    suppressedFor: rows.map((row) => row.suppressedFor),
    statuses: rows.map((row) => row.status),
    errors: rows.map((row) => row.error),
  };
}
