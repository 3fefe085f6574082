import { createRandom, type Random } from './random.ts';

/** By its domain an address says what becomes of mails to it. */
export const DOMAINS = {
  /** Takes every mail. */
  good: 'people.example',
  /** Its server knows nobody: refused while sending over SMTP, bounced afterwards over a provider. */
  gone: 'gone.example',
  /** Takes a mail and reports a moment later that it could not be delivered. */
  returns: 'returns.example',
  /** Registered for the event whose content is refused for a while. */
  refused: 'refused.example',
} as const;

/** The events that people register for one by one, by what they are for. */
export type EventName = 'steady' | 'refused';

/** What somebody does at an instant: milliseconds after the load begins. */
export type Action = { readonly atMs: number } & (
  | { readonly does: 'registers over the API'; readonly email: string; readonly event: EventName }
  | { readonly does: 'fills in the form'; readonly email: string; readonly as: 'form' | 'json' }
  | { readonly does: 'asks for the link'; readonly email: string }
  | { readonly does: 'signs in'; readonly email: string }
  | { readonly does: 'imports'; readonly emails: readonly string[]; readonly fanOut: number }
  | { readonly does: 'sends to all'; readonly fanOut: number }
);

/** An event whose people were imported beforehand and are reminded in the middle of the run. */
export interface PlannedReminder {
  readonly dueMs: number;
  readonly emails: readonly string[];
}

export interface LoadPlan {
  /** How many events there are that people are imported into and that are written to as a whole, one after the other. */
  readonly fanOuts: number;
  /** In the order of their instants. */
  readonly actions: readonly Action[];
  readonly reminders: readonly PlannedReminder[];
  /** Team members who sign in, each once: a sign-in has a limit per address. */
  readonly members: readonly string[];
}

const SECOND = 1_000;
/** Milliseconds between two of a kind, on average. */
const EVERY = { api: 400, form: 700, refused: 2_500, link: 1_000, signIn: 5_000, import: 12_000 };
/** A registrant gets no second link within a minute: the same people are not sent theirs more often. */
const SEND_TO_ALL_EVERY_MS = 70 * SECOND;
const REMINDER_EVERY_MS = 3 * 60 * SECOND;
/** Or a long run would write to ever more people each time. */
const FAN_OUT_EVERY_MS = 3 * 60 * SECOND;
const PEOPLE_OF_AN_IMPORT = [150, 400] as const;
const PEOPLE_OF_A_REMINDER = 150;
/** Who asks for their link registered so long before. */
const ASKS_AFTER_MS = 5 * SECOND;

/** Who does what when: the same for the same seed and length. */
export function planLoad(seed: number, lengthMs: number): LoadPlan {
  const random = createRandom(seed, 'load');
  const registrations = [
    ...times(random, lengthMs, EVERY.api).map((atMs, n) => ({
      ...({ atMs, does: 'registers over the API', event: 'steady' } as const),
      email: `api${n}@${domainFor(random)}`,
    })),
    ...times(random, lengthMs, EVERY.form).map((atMs, n) => ({
      ...({ atMs, does: 'fills in the form', as: random.pick<'form' | 'json'>(['form', 'json']) } as const),
      email: `form${n}@${domainFor(random)}`,
    })),
  ];
  const refused = times(random, lengthMs, EVERY.refused).map(
    (atMs, n): Action => ({
      ...{ atMs, does: 'registers over the API', event: 'refused' },
      email: `refused${n}@${DOMAINS.refused}`,
    }),
  );
  const asked = new Set<string>();
  const links = times(random, lengthMs, EVERY.link).flatMap((atMs): Action[] => {
    const known = registrations.filter(
      (one) =>
        one.atMs < atMs - ASKS_AFTER_MS && one.email.endsWith(`@${DOMAINS.good}`) && !asked.has(one.email),
    );
    const who = known[random.whole(0, Math.max(0, known.length - 1))];
    if (!who) return [];
    asked.add(who.email);
    return [{ atMs, does: 'asks for the link', email: who.email }];
  });
  const signIns = times(random, lengthMs, EVERY.signIn).map(
    (atMs, n): Action => ({ atMs, does: 'signs in', email: `member${n}@team.example` }),
  );
  const imports = [2 * SECOND, ...times(random, lengthMs, EVERY.import)].map(
    (atMs, n): Action => ({
      atMs,
      does: 'imports',
      fanOut: fanOutAt(atMs),
      emails: people(`import${n}`, random.whole(...PEOPLE_OF_AN_IMPORT)),
    }),
  );
  const sends: Action[] = [];
  for (let atMs = 25 * SECOND; atMs < lengthMs; atMs += SEND_TO_ALL_EVERY_MS)
    sends.push({ atMs, does: 'sends to all', fanOut: fanOutAt(atMs) });
  const reminders: PlannedReminder[] = [];
  for (let fromMs = 0; fromMs < lengthMs; fromMs += REMINDER_EVERY_MS) {
    const untilMs = Math.min(fromMs + REMINDER_EVERY_MS, lengthMs);
    const dueMs = Math.round(fromMs + (untilMs - fromMs) * (0.3 + 0.4 * random.next()));
    reminders.push({ dueMs, emails: people(`reminder${reminders.length}`, PEOPLE_OF_A_REMINDER) });
  }
  const actions = [...registrations, ...refused, ...links, ...signIns, ...imports, ...sends];
  return {
    actions: actions.sort((a, b) => a.atMs - b.atMs),
    fanOuts: fanOutAt(lengthMs - 1) + 1,
    reminders,
    members: signIns.flatMap((action) => ('email' in action ? action.email : [])),
  };
}

function fanOutAt(atMs: number): number {
  return Math.floor(atMs / FAN_OUT_EVERY_MS);
}

function times(random: Random, lengthMs: number, everyMs: number): number[] {
  const found: number[] = [];
  // Half to one and a half times the average: people come neither evenly nor all at once.
  for (let atMs = 0; ; ) {
    atMs += Math.round(everyMs * (0.5 + random.next()));
    if (atMs >= lengthMs) return found;
    found.push(atMs);
  }
}

function domainFor(random: Random): string {
  const luck = random.next();
  return luck < 0.03 ? DOMAINS.gone : luck < 0.06 ? DOMAINS.returns : DOMAINS.good;
}

function people(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${name}-${n}@${DOMAINS.good}`);
}
