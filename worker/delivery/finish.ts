import { isUnanswered, type Outcome } from '../../src/domain/delivery/outcome.ts';
import type { WorkerContext } from '../context.ts';
import { type Handed, printable } from './record.ts';
import type { RenderedMail } from './render.ts';

/** Takes an outcome to the metrics, the circuit breakers and the record. Resolves once it is recorded; never rejects. */
export async function finish(
  { config, recorder, breaker, metrics, log }: WorkerContext,
  { due, mail }: { readonly due: Handed; readonly mail: RenderedMail['mail'] | null },
  outcome: Outcome,
  { attempt, jitter, began }: { readonly attempt: number; readonly jitter: number; readonly began: number },
): Promise<void> {
  metrics.observe('send', due.priority, (performance.now() - began) / 1000);
  let known: Outcome = printable(outcome, due, {
    to: mail?.to,
    own: mail?.from ? [...config.ownAddresses, mail.from.address] : config.ownAddresses,
  });
  try {
    if (known.type === 'sender_rejected' && mail) {
      metrics.count('refused', due.priority);
      known = await breaker.reject(mail, known);
    }
    if (isUnanswered(known)) known = await breaker.miss(known);
    if (outcome.type === 'accepted' && mail) await breaker.accept(mail);
  } catch (error) {
    // Only whether others wait is not known; what became of this mail is.
    log.warn({ err: error }, 'the state of a circuit breaker could not be kept');
  }
  await recorder.record(due, known, { attempt, jitter });
}
