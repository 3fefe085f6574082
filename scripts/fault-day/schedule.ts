import type { Step } from '../../test/support/smtp-fault-server.ts';
import { createRandom, type Random } from './random.ts';

export const PROVIDERS = ['smtp', 'resend', 'postmark'] as const;
export type ProviderName = (typeof PROVIDERS)[number];
const APIS: readonly ProviderName[] = ['resend', 'postmark'];

/** What a fault strikes. Of two faults on one target the second begins after the first has ended. */
export type Target = 'worker-1' | 'worker-2' | 'server' | 'postgres' | 'network' | 'mail';
export type FaultName = keyof typeof FAULTS;

export interface Fault {
  readonly name: FaultName;
  readonly target: Target;
  /** Milliseconds after the load begins. */
  readonly atMs: number;
  /** How long it lasts; of a kill and of what stops Postgres: until it is started again. */
  readonly forMs: number;
  /** Where in a mail's session the mail server fails. */
  readonly step?: Step;
  /** By how much a clock is wrong; how long the mail server takes for each mail. */
  readonly ms?: number;
}

/** A span of time: milliseconds after the load begins. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Schedule {
  /** Until new load ends. */
  readonly lengthMs: number;
  /** In the order of their beginning. */
  readonly faults: readonly Fault[];
  /** When no fault is active, but for what the last one left behind; the first and the last part of the run among them. */
  readonly calm: readonly Span[];
}

interface Rule {
  readonly targets: readonly Target[];
  readonly forMs: readonly [least: number, most: number];
  /** Over which providers alone it can happen; absent: over all. */
  readonly over?: readonly ProviderName[];
  readonly steps?: readonly [Step, ...Step[]];
  readonly ms?: readonly [number, ...number[]];
  /** SMTP mails that were on the wire when it struck may come a second time. */
  readonly mayDouble?: true;
}

const WORKERS = ['worker-1', 'worker-2'] as const;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Every fault there is: one row a fault. */
export const FAULTS = {
  'kill a worker': { targets: WORKERS, forMs: [500, 4 * SECOND], mayDouble: true },
  'stop a worker': { targets: WORKERS, forMs: [5 * SECOND, 25 * SECOND], mayDouble: true },
  'wrong clock': {
    targets: WORKERS,
    forMs: [8 * SECOND, 20 * SECOND],
    ms: [3_600_000, -3 * SECOND, -10 * MINUTE, 5 * MINUTE, 3 * SECOND],
  },
  'kill the server': { targets: ['server'], forMs: [500, 3 * SECOND] },
  'Postgres restarts': { targets: ['postgres'], forMs: [200, 5 * SECOND] },
  'Postgres stops at once': { targets: ['postgres'], forMs: [200, 5 * SECOND], mayDouble: true },
  'Postgres is read-only': { targets: ['postgres'], forMs: [3 * SECOND, 10 * SECOND] },
  'dead connections': { targets: ['network'], forMs: [10 * SECOND, 20 * SECOND] },
  'reset connections': { targets: ['network'], forMs: [100, 100] },
  'refused connections': { targets: ['network'], forMs: [3 * SECOND, 10 * SECOND] },
  'mail: temporary refusals': {
    targets: ['mail'],
    forMs: [5 * SECOND, 12 * SECOND],
    over: ['smtp'],
    steps: ['greeting', 'MAIL', 'RCPT', 'DATA', 'dot'],
  },
  'mail: refuses us': {
    targets: ['mail'],
    forMs: [3 * SECOND, 8 * SECOND],
    over: ['smtp'],
    steps: ['greeting', 'MAIL'],
  },
  'mail: refuses the content of one event': {
    targets: ['mail'],
    forMs: [8 * SECOND, 15 * SECOND],
    over: ['smtp'],
  },
  'mail: slow': {
    targets: ['mail'],
    forMs: [8 * SECOND, 15 * SECOND],
    over: ['smtp'],
    ms: [500, 1_000, 2_000, 3_000],
  },
  'mail: drops before the final dot': {
    targets: ['mail'],
    forMs: [5 * SECOND, 12 * SECOND],
    over: ['smtp'],
    steps: ['body', 'dot'],
  },
  'mail: drops after the final dot': {
    targets: ['mail'],
    forMs: [5 * SECOND, 12 * SECOND],
    over: ['smtp'],
    steps: ['taken'],
  },
  'mail: silent': {
    targets: ['mail'],
    forMs: [2 * SECOND, 5 * SECOND],
    over: ['smtp'],
    steps: ['dot', 'taken', 'RCPT'],
  },
  'provider: errors': { targets: ['mail'], forMs: [5 * SECOND, 12 * SECOND], over: APIS },
  'provider: too many requests': { targets: ['mail'], forMs: [5 * SECOND, 12 * SECOND], over: APIS },
  'provider: lost answers': { targets: ['mail'], forMs: [5 * SECOND, 12 * SECOND], over: APIS },
  'provider: no rate headers': { targets: ['mail'], forMs: [5 * SECOND, 12 * SECOND], over: ['resend'] },
  'provider: slow': {
    targets: ['mail'],
    forMs: [8 * SECOND, 15 * SECOND],
    over: APIS,
    ms: [500, 1_000, 3_000],
  },
  'provider: refuses our key': { targets: ['mail'], forMs: [3 * SECOND, 8 * SECOND], over: APIS },
} as const satisfies Record<string, Rule>;

/** A worker that stood still for less has lost nothing that it held. */
const LONG_STOP_MS = 10 * SECOND;
/** From this length of a run on workers stand still for up to a minute, and faults go on for longer between two pauses. */
const LONG_RUN_MS = 10 * MINUTE;
/** Without faults: before the first, between two rounds of them. */
const WARM_UP_MS = 10 * SECOND;
const PAUSE_MS = 10 * SECOND;
/** A fault this short makes no sense any more. */
const SHORTEST_MS = 3 * SECOND;

/**
 * What happens when. The same seed, length and provider give the same schedule. Faults are dealt from a shuffled deck of all of them,
 * so that a few minutes have nearly every one; those on different targets overlap. `only`: the others are left out, and these come
 * when they would anyway.
 */
export function planFaults(
  seed: number,
  lengthMs: number,
  provider: ProviderName,
  only?: readonly FaultName[],
): Schedule {
  const random = createRandom(seed, `faults ${provider}`);
  const isLong = lengthMs >= LONG_RUN_MS;
  const rounds = roundsOf(lengthMs, isLong);
  const deck: Card[] = [];
  const faults: Fault[] = [];
  const freeAt = new Map<Target, number>();
  for (const round of rounds) {
    let atMs = round.fromMs;
    while (atMs < round.toMs) {
      if (deck.length === 0) deck.push(...random.shuffled(cardsFor(provider)));
      const next = deck.findIndex(({ target }) => (freeAt.get(target) ?? 0) <= atMs);
      const [card] = next < 0 ? [] : deck.splice(next, 1);
      if (card) {
        const fault = deal(card, atMs, round, isLong, random);
        faults.push(fault);
        // Once it is over its target needs a moment to be struck again as a working one.
        freeAt.set(card.target, atMs + fault.forMs + 2 * SECOND);
      }
      atMs += random.whole(2 * SECOND, 6 * SECOND);
    }
  }
  const chosen = only ? faults.filter(({ name }) => only.includes(name)) : faults;
  return { lengthMs, faults: chosen, calm: between(rounds, lengthMs) };
}

/** Faults by which SMTP mails that were on the wire may have come a second time. */
export function mayDouble({ name, forMs }: Fault): boolean {
  const rule: Rule = FAULTS[name];
  return rule.mayDouble === true && (name !== 'stop a worker' || forMs >= LONG_STOP_MS);
}

type Card = Pick<Fault, 'name' | 'target'>;

function cardsFor(provider: ProviderName): Card[] {
  return (Object.keys(FAULTS) as FaultName[]).flatMap((name) => {
    const rule: Rule = FAULTS[name];
    return (rule.over ?? PROVIDERS).includes(provider)
      ? rule.targets.map((target) => ({ name, target }))
      : [];
  });
}

function deal({ name, target }: Card, atMs: number, round: Span, isLong: boolean, random: Random): Fault {
  const { forMs, steps, ms }: Rule = FAULTS[name];
  const [least, most] = name === 'stop a worker' && isLong ? [forMs[0], MINUTE] : forMs;
  const wanted = random.whole(least, most);
  // It ends with its round; one that strikes at the very end is short.
  const left = Math.max(SHORTEST_MS, round.toMs - atMs);
  return {
    ...{ name, target, atMs, forMs: Math.min(wanted, left) },
    ...(steps && { step: random.pick(steps) }),
    ...(ms && { ms: random.pick(ms) }),
  };
}

/** When faults begin. The last part of a run, a quarter of it and a minute at the most, has none. */
function roundsOf(lengthMs: number, isLong: boolean): Span[] {
  const endMs = lengthMs - Math.min(MINUTE, lengthMs / 4);
  const roundMs = (isLong ? 90 : 40) * SECOND;
  const rounds: Span[] = [];
  for (let fromMs = WARM_UP_MS; fromMs < endMs; fromMs += roundMs + PAUSE_MS)
    rounds.push({ fromMs, toMs: Math.min(fromMs + roundMs, endMs) });
  return rounds;
}

function between(rounds: readonly Span[], lengthMs: number): Span[] {
  const edges = [0, ...rounds.flatMap(({ fromMs, toMs }) => [fromMs, toMs]), lengthMs];
  return rounds
    .map((_, i) => i)
    .concat(rounds.length)
    .map((i) => ({ fromMs: edges[2 * i] ?? 0, toMs: edges[2 * i + 1] ?? lengthMs }));
}
