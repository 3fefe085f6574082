import {
  DELIVERY_EVENT_TYPES,
  deliveryEvent,
  type MessageStatus,
  rankOf,
  statusesWhere,
  statusRow,
} from '../domain/delivery/status.ts';

// Sets of message statuses as SQL lists (`status in ${PENDING}`), read off the one table.

function list(statuses: readonly MessageStatus[]): string {
  return `(${statuses.map((status) => `'${status}'`).join(', ')})`;
}

/** The statuses of delivery events whose place in the order of strength fulfils the condition. */
function statusesReported(condition: (rank: number) => boolean): MessageStatus[] {
  const types = DELIVERY_EVENT_TYPES.filter((type) => condition(rankOf(type)));
  return [...new Set(types.map((type) => deliveryEvent(type).status))];
}

/** Still to be sent. The partial index `message_pending` holds just these. */
export const PENDING = list(statusesWhere(({ pending }) => pending !== null));
/** Still to be sent, and no worker has it in hand. */
export const WAITING = list(statusesWhere(({ pending }) => pending === 'waiting'));
/** Never left, or certainly did not arrive: the recipient knows nothing of it. */
export const NEVER_ARRIVED = list(statusesWhere(({ mayHaveArrived }) => !mayHaveArrived));
/** Handed over, and nothing is known of whether it arrives. */
export const UNREPORTED = list(statusesReported((rank) => rank < rankOf('delivered')));
/** It is known that it arrived, and perhaps more. */
export const DELIVERED = list(
  statusesReported((rank) => rank >= rankOf('delivered')).filter(
    (status) => statusRow(status).mayHaveArrived,
  ),
);
/** Ended before anything was handed over. */
export const UNSENT = list(statusesWhere(({ unsent }) => unsent));
/** Handed over, and refused for good. */
export const REFUSED = list(
  statusesWhere(({ problem, unsent, mayHaveArrived }) => problem && !unsent && !mayHaveArrived),
);
/** As an email status: what the team looks at. */
export const PROBLEMS = list(statusesWhere(({ problem }) => problem));
/** As the end of an attempt: says that mail does not arrive at the address. */
export const ABOUT_ADDRESS = list(statusesWhere(({ problem, unsent }) => problem && !unsent));
/** As an email status: stays until the address is corrected or a later mail is delivered. */
export const STAYS = list(statusesWhere(({ stays }) => stays));
/** As an email status: a later mail's acceptance replaces it. */
export const PASSING = list(statusesWhere(({ passing }) => passing));
