import { isTemporary } from '../../src/db/database-error.ts';
import type { Due, Frozen } from '../../src/db/delivery.ts';
import type { Outcome } from '../../src/domain/delivery/outcome.ts';
import type { Again } from '../../src/queue/boss.ts';
import type { WorkerContext } from '../context.ts';
import type { FrozenMail } from './frozen-mail.ts';
import { giveBack } from './give-back.ts';
import type { Candidate } from './load.ts';
import { renderRegistrantMail } from './render-registrant-mail.ts';
import { renderTeamMail } from './render-team-mail.ts';

/** A mail ready to leave, and what is frozen of it. */
export interface RenderedMail {
  readonly type: 'mail';
  readonly due: Due;
  readonly frozen: Frozen;
  readonly mail: FrozenMail;
}

/** There is no such mail any more: a sentence says why. */
export interface Unrenderable {
  readonly type: 'not_sent';
  readonly error: string;
}

/** In milliseconds: what could not be read just now is tried again after this. */
const AGAIN_MS = 5_000;

/**
 * Makes the mails. One that cannot be made holds up no other: it ends here with the reason, or comes again where only
 * the database did not answer.
 */
export async function render(
  context: WorkerContext,
  candidates: readonly Candidate[],
): Promise<RenderedMail[]> {
  const { log, recorder, now } = context;
  const rendered: RenderedMail[] = [];
  const notYet: Again[] = [];
  const ended: { due: Due; outcome: Outcome }[] = [];
  for (const candidate of candidates) {
    const { due } = candidate;
    try {
      const mail = await (due.forTeam ? renderTeamMail : renderRegistrantMail)(context, candidate);
      if (mail.type === 'not_sent')
        ended.push({ due, outcome: { type: 'ineligible', status: 'not_sent', error: mail.error } });
      else rendered.push(mail);
    } catch (error) {
      if (isTemporary(error)) {
        log.warn({ err: error, messageId: due.id }, 'mail could not be written for now');
        const { ledger, id, priority } = due;
        notYet.push({ ledger, id, priority, at: new Date(now().getTime() + AGAIN_MS) });
        continue;
      }
      log.error({ err: error, messageId: due.id }, 'mail could not be written');
      ended.push({
        due,
        outcome: { type: 'failed', error: `The mail could not be written: ${(error as Error).message}` },
      });
    }
  }
  await giveBack(context, notYet);
  await Promise.all(ended.map(({ due, outcome }) => recorder.record(due, outcome)));
  return rendered;
}
