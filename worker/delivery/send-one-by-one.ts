import { settleAll } from '../../src/lib/settle-all.ts';
import type { SingleProvider } from '../../src/providers/provider.ts';
import type { WorkerContext } from '../context.ts';
import { claimMails, giveBackUnclaimed } from './claim.ts';
import { finish } from './finish.ts';
import type { RenderedMail } from './render.ts';
import type { Sending } from './sending.ts';
import type { Slot } from './slots.ts';

/**
 * Hands mails over one by one. Before a mail's content leaves it takes a slot, and keeps it until its outcome is recorded, so that a worker
 * that dies leaves no more mails with an unknown outcome than there are slots.
 */
export async function sendOneByOne(
  context: WorkerContext,
  provider: SingleProvider,
  mails: readonly RenderedMail[],
  { onEnded }: Sending,
): Promise<void> {
  if (mails.length === 0) return;
  const { pool, leases, slots, breaker } = context;
  const mayStillLeave = breaker.mayStillLeave();
  const began = performance.now();
  const jitter = Math.random();
  const since = leases.begin();
  const attempts = await claimMails(context, pool, mails);
  const claimed = mails.filter(({ due }) => attempts.has(due.id));
  leases.hold(
    claimed.map(({ due }) => due),
    since,
  );
  onEnded(mails.length - claimed.length);
  await settleAll([
    giveBackUnclaimed(context, mails, attempts),
    ...claimed.map(async (rendered) => {
      const { id, priority } = rendered.due;
      let slot: Promise<Slot> | undefined;
      const outcome = await provider.send(rendered.mail, priority, {
        mayBegin: () => leases.isUsable(id) && mayStillLeave(),
        async mayLeave() {
          slot ??= slots.take(priority);
          await slot;
          return leases.isUsable(id);
        },
      });
      await finish(context, rendered, outcome, { attempt: attempts.get(id) ?? 0, jitter, began });
      // Where its connection ended meanwhile it may still wait for one.
      void slot?.then(({ release }) => release());
      leases.release([id]);
      onEnded(1);
    }),
  ]);
}
