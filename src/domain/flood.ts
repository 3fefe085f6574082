/** One kind of refusal for there being too much: what was refused, in words for the team. */
interface FloodKind {
  /** Follows the number: `2,000 registrations`. */
  readonly what: readonly [one: string, many: string];
  /** Who sent too much. */
  readonly why: string;
  /** From so many refusals in an hour on, every page of the team says it. Fewer are in the audit log alone. */
  readonly bannerFrom: number;
}

/** Every limit whose refusals the team is told of. */
export const FLOODS = {
  registrations_of_client: {
    what: ['registration', 'registrations'],
    why: 'too many came from one network',
    // A company whose people all register behind one address is refused once each, and passes with a proof of work.
    bannerFrom: 100,
  },
  registrations_of_event: {
    what: ['registration', 'registrations'],
    why: 'there were too many in ten minutes',
    bannerFrom: 1,
  },
  registrations_of_inbox: {
    what: ['registration', 'registrations'],
    why: 'too many mails would have gone to one inbox',
    bannerFrom: 20,
  },
  links_of_client: {
    what: ['request for a link', 'requests for links'],
    why: 'too many came from one network',
    bannerFrom: 100,
  },
  links_of_event: {
    what: ['request for a link', 'requests for links'],
    why: 'there were too many in ten minutes',
    bannerFrom: 1,
  },
  links_of_inbox: {
    what: ['request for a link', 'requests for links'],
    why: 'too many mails would have gone to one inbox',
    bannerFrom: 20,
  },
  sign_ins_of_client: {
    what: ['request to sign in', 'requests to sign in'],
    why: 'too many came from one network',
    bannerFrom: 20,
  },
  sign_ins_of_address: {
    what: ['request to sign in', 'requests to sign in'],
    why: 'too many were for one address',
    bannerFrom: 20,
  },
} as const satisfies Readonly<Record<string, FloodKind>>;

export type FloodName = keyof typeof FLOODS;

/** The team hears of the same kind for the same event once in so long. */
export const FLOOD_PERIOD_MS = 3_600_000;
