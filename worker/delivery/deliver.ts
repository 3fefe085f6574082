import type { Asked } from '../../src/db/delivery.ts';
import { settleAll } from '../../src/lib/settle-all.ts';
import type { WorkerContext } from '../context.ts';
import { check } from './check.ts';
import { giveBack } from './give-back.ts';
import { hold } from './hold.ts';
import { load } from './load.ts';
import { render } from './render.ts';
import { send } from './send.ts';

/**
 * Takes messages from the ledger to the provider: load → check → render → send → record. All of one priority. May run
 * any number of times for the same messages, and beside itself; a message is sent by whoever claims it. No transaction is
 * open while the network is used.
 *
 * Resolves when everything is recorded. Where something failed it rejects, but not before all that was started has ended:
 * the queue runs the job again, and what has been sent by then is not sent again.
 */
export async function deliverMessages(
  context: WorkerContext,
  asked: readonly Asked[],
  /** Called as messages end, with how many. */
  onEnded: (count: number) => void = () => undefined,
): Promise<void> {
  const { candidates, notYet } = await load(context, asked);
  const { eligible, held, ended } = check(candidates, context.now());
  onEnded(asked.length - eligible.length);

  const forTeam = eligible.filter(({ due }) => due.forTeam);
  const forRegistrants = eligible.filter(({ due }) => !due.forTeam);
  const endedIds = new Set(ended.map(({ candidate }) => candidate.due.id));
  await settleAll([
    giveBack(context, notYet),
    hold(context, held),
    ...ended.map(({ candidate, outcome }) => context.recorder.record(candidate.due, outcome)),
    // A file for the team may take a second to write, which nobody else waits for.
    ...[forTeam, forRegistrants].map(async (group) => {
      const rendered = await render(context, group);
      onEnded(group.length - rendered.length);
      await send(context, rendered, { endedIds, onEnded });
    }),
  ]);
}
