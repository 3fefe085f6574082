import { holderOf } from '../../src/domain/delivery/failover.ts';
import type { WorkerContext } from '../context.ts';
import type { Verdict } from './circuit-breaker.ts';
import type { RenderedMail } from './render.ts';

/** Mails that leave by one transport now. */
export interface Leaving {
  /** The worker's, with that transport. */
  readonly by: WorkerContext;
  readonly mails: readonly RenderedMail[];
}

/** A mail that an open circuit breaker holds back. */
export interface Waiting extends Omit<Extract<Verdict, { readonly type: 'wait' }>, 'type'> {
  readonly rendered: RenderedMail;
}

/**
 * Divides the mails among the transports, as far as their circuit breakers let them pass. All go by the first. While that
 * takes none at all, those go by the second that the first has certainly not taken. What one of them may have taken stays with it.
 */
export async function route(
  context: WorkerContext,
  mails: readonly RenderedMail[],
): Promise<{ readonly leaving: readonly Leaving[]; readonly waiting: readonly Waiting[] }> {
  const { fallback } = context;
  if (!fallback) {
    const { passed, waiting } = await ask(context, mails);
    return { leaving: [{ by: context, mails: passed }], waiting };
  }
  const names = [context.provider.name, fallback.provider.name] as const;
  const held = Map.groupBy(mails, ({ due }) => holderOf(due, names));
  // These wait for their transport in any case: they find out whether it takes mail again, and nobody waits for that.
  const first = await ask(context, held.get(names[0]));
  const second = await ask(fallback, held.get(names[1]));
  const free = await ask(context, held.get(null), { probesLast: true });
  const down = free.waiting.filter(({ isDown }) => isDown);
  const moved = await ask(
    fallback,
    down.map(({ rendered }) => rendered),
    { probesLast: true },
  );
  const firstOf = new Map(down.map((one) => [one.rendered, one]));
  return {
    leaving: [
      { by: context, mails: [...first.passed, ...free.passed] },
      { by: fallback, mails: [...second.passed, ...moved.passed] },
    ],
    waiting: [
      ...first.waiting,
      ...second.waiting,
      ...free.waiting.filter(({ isDown }) => !isDown),
      // Whichever tries first may take them.
      ...moved.waiting.map((one) => sooner(firstOf.get(one.rendered) ?? one, one)),
    ],
  };
}

async function ask(
  { breaker }: WorkerContext,
  mails: readonly RenderedMail[] = [],
  how: { readonly probesLast?: boolean } = {},
): Promise<{ readonly passed: RenderedMail[]; readonly waiting: Waiting[] }> {
  if (mails.length === 0) return { passed: [], waiting: [] };
  const verdicts = await breaker.pass(
    mails.map(({ mail }) => mail),
    how,
  );
  return {
    passed: mails.filter((_, i) => verdicts[i]?.type === 'pass'),
    waiting: mails.flatMap((rendered, i) => {
      const verdict = verdicts[i];
      return verdict?.type === 'wait' ? [{ rendered, ...verdict }] : [];
    }),
  };
}

function sooner(one: Waiting, other: Waiting): Waiting {
  return other.until < one.until ? { ...one, until: other.until } : one;
}
