import { lockRegistrant } from '../db/registrant.ts';
import { findUnreachableReason } from '../db/unreachable.ts';
import { AppError } from '../domain/errors.ts';
import { type Event, eventPhase } from '../domain/event.ts';
import { address } from '../domain/input.ts';
import { isChangedMeanwhile, registrantVersion } from '../domain/version.ts';
import type { TeamActionContext } from './context.ts';
import { changeRegistrant } from './registrant.ts';

/** One registrant's email, as somebody corrects it. */
export interface Correction {
  readonly registrantId: string;
  /** As it was typed. */
  readonly email: string;
  /** Of the registrant that was seen. */
  readonly version: string;
}

/** What became of a correction. `gone`: they are not registered any more. `error`: a sentence that says what to do. */
export type Corrected =
  | { readonly registrantId: string; readonly type: 'corrected' | 'gone' }
  | { readonly registrantId: string; readonly type: 'refused'; readonly error: string };

/** Runs the work in a transaction of its own. */
type InTransaction = <T>(work: (context: TeamActionContext) => Promise<T>) => Promise<T>;

/**
 * Corrects the emails of many registrants, each in a transaction of its own: one that is refused keeps no other from being
 * corrected. Each gets the access link at the new address, unless the event has ended or was cancelled. A correction that
 * was made before counts as made, and sends nothing again.
 */
export async function correctMany(
  inTransaction: InTransaction,
  event: Event,
  corrections: readonly Correction[],
): Promise<Corrected[]> {
  const results: Corrected[] = [];
  for (const correction of corrections) {
    const { registrantId } = correction;
    try {
      const type = await inTransaction((context) => correctOne(context, event, correction));
      results.push({ registrantId, type });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      results.push(
        error.code === 'not_found'
          ? { registrantId, type: 'gone' }
          : { registrantId, type: 'refused', error: refusalOf(error) },
      );
    }
  }
  return results;
}

async function correctOne(
  context: TeamActionContext,
  event: Event,
  { registrantId, email: typed, version }: Correction,
): Promise<'corrected' | 'gone'> {
  const { db, now } = context;
  const input = address.safeParse(typed);
  if (!input.success) throw new AppError('invalid_input', 'Enter an email address, like ada@example.com.');
  const email = input.data;
  const before = await lockRegistrant(db, event.id, registrantId);
  if (!before) return 'gone';
  if (before.email === email) {
    if (registrantVersion(before) !== version) return 'corrected';
    throw new AppError('invalid_input', 'Mail does not reach this email: change it, or leave the row out.');
  }
  if (await findUnreachableReason(db, event.id, email))
    throw new AppError('conflict', 'Mail to this email is blocked, too: enter another one.');
  const phase = eventPhase(event, now);
  const resend = (phase === 'upcoming' || phase === 'running') && !before.cancelledAt;
  await changeRegistrant(context, event, registrantId, { email, resend }, version);
  return 'corrected';
}

function refusalOf(error: AppError): string {
  if (isChangedMeanwhile(error)) return 'Someone else has changed this person meanwhile: look again.';
  // `changeRegistrant` says it of a field.
  return error.errors.some(({ path }) => path === 'email')
    ? 'Another person is registered with this email.'
    : error.message;
}
