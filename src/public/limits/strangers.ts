import type { Context } from 'hono';
import { addressHash } from '../../domain/address.ts';
import { AppError } from '../../domain/errors.ts';
import type { Event } from '../../domain/event.ts';
import type { FloodName } from '../../domain/flood.ts';
import { inboxHash } from '../../domain/inbox.ts';
import { clientAddress, limitKey } from '../../http/client-address.ts';
import type { AppDependencies } from '../../http/context.ts';
import { createFloodNotes } from '../../http/floods.ts';
import { type Limit, tooMany } from '../../http/limits.ts';
import type { ProofOfWork } from './proof-of-work.ts';

/** Too much of something, that may be done at once by whoever solves a challenge of the event. */
export class ProofWanted extends AppError {
  constructor(event: Pick<Event, 'slug'>, seconds: number) {
    super(
      'too_many_requests',
      `Too many requests: try again later, or solve the challenge of /e/${event.slug}/challenge and send the proof as \`altcha\`.`,
      { retryAfter: seconds },
    );
  }
}

/** So many of an event in a row have the same priority. */
const STEP = 20;
/** Whoever came by a proof of work is one of many. */
const CROWD = 300;

interface Asked {
  readonly event: Event;
  readonly email: string;
  /** As ALTCHA's widget sends it. */
  readonly proof: string | undefined;
  /** A form that came sooner than people send it: it counts double. Nobody is refused for that alone. */
  readonly isFast?: boolean;
}

/**
 * What anybody may do with the public forms, and how often. Nothing of it depends on who is registered. All throw
 * `too_many_requests`, ProofWanted where a proof of work is as good as waiting, and tell the team.
 */
export function createStrangerLimits(dependencies: AppDependencies, proofs: ProofOfWork) {
  const { config, limits } = dependencies;
  const noteFlood = createFloodNotes(dependencies);

  const WAYS = {
    registrations: { byClient: limits.registrationsByClient, byEvent: limits.registrationsByEvent },
    links: { byClient: limits.selfServeByClient, byEvent: limits.linksByEvent },
  } as const;

  /** Of the client and of the event. Resolves with how many came to the event lately; of a client that floods: as many as may. */
  async function pass(c: Context, way: keyof typeof WAYS, { event, proof, isFast }: Asked): Promise<number> {
    const { byClient, byEvent } = WAYS[way];
    const client = limitKey(clientAddress(c, config.trustProxy));
    let flood: FloodName = `${way}_of_client`;
    let seconds = (await byClient.tally(client, isFast ? 2 : 1)).wait;
    // What a client had too many of does not count for the event: one flood is enough for one notice.
    if (seconds === 0) {
      const { wait, number } = await byEvent.tally(event.id);
      if (wait === 0) return number;
      seconds = wait;
      flood = `${way}_of_event`;
    }
    if (proof && (await proofs.use(proof, event.id))) {
      const { wait: more } = await limits.provenByClient.tally(client);
      if (more === 0) return CROWD;
      noteFlood(`${way}_of_client`, event.id);
      throw tooMany(more);
    }
    noteFlood(flood, event.id);
    throw new ProofWanted(event, seconds);
  }

  /** Of the person whom a mail would go to. */
  async function reach(way: keyof typeof WAYS, { event, email }: Asked): Promise<void> {
    const { wait } = await limits.mailsToInbox.tally(inboxHash(email));
    if (wait === 0) return;
    noteFlood(`${way}_of_inbox`, event.id);
    throw tooMany(wait);
  }

  /** What an address is counted by within an event. */
  function addressKey({ event, email }: Asked): string {
    return `${event.id} ${addressHash(email)}`;
  }

  return {
    /**
     * Somebody registers. `mayRemind`: whether somebody registered before may be sent their link now; `priority`: the lower, the
     * more came to the event lately, so that one event's crowd keeps nobody else's link waiting.
     */
    async register(c: Context, asked: Asked): Promise<{ mayRemind: boolean; priority: number }> {
      const number = await pass(c, 'registrations', asked);
      await reach('registrations', asked);
      const wait = await firstWait(limits.registrationsByAddress, addressKey(asked));
      return { mayRemind: wait === 0, priority: -Math.floor(number / STEP) };
    },

    /** Somebody asks for their link. */
    async requestLink(c: Context, asked: Asked): Promise<void> {
      await pass(c, 'links', asked);
      const wait = await firstWait(limits.selfServeByAddress, addressKey(asked));
      if (wait > 0) throw tooMany(wait);
      await reach('links', asked);
    },

    /** Whether so many register for the event that a proof of work is asked for from everybody, and for how many seconds. */
    registrationWait(event: Event): Promise<number> {
      return limits.registrationsByEvent.wait(event.id);
    },
  };
}

/** Counts one by each, in their order, up to the first that allows no more. */
async function firstWait(limits: readonly Limit[], key: string): Promise<number> {
  for (const limit of limits) {
    const { wait } = await limit.tally(key);
    if (wait > 0) return wait;
  }
  return 0;
}
