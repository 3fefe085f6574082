import { countKeyRotations } from '../db/audit.ts';
import { lockEventForFanOut } from '../db/fan-out.ts';
import {
  advanceKeyReset,
  findKeyReset,
  finishKeyReset,
  insertKeyReset,
  type KeyReset,
  lockRunningKeyReset,
  nextOfKeyReset,
  notifyOfKeyReset,
  replaceVoidKeys,
} from '../db/key-reset.ts';
import { allow, commitSoon } from '../db/pool.ts';
import { forgetWrongKeys } from '../db/wrong-key.ts';
import type { Event } from '../domain/event.ts';
import { accessKeysVersion, requireVersion } from '../domain/version.ts';
import { enqueue } from '../queue/boss.ts';
import { resetKeys } from '../queue/jobs.ts';
import { refuseWhenOver } from './access-link.ts';
import { audit } from './audit.ts';
import type { ActionContext, TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';
import { withdrawAllExports } from './export.ts';
import { countMails, fanOut, type MailCounts } from './fan-out.ts';

/** So many have a new link when the answer comes; a worker goes on with whoever is left. */
const FIRST_SLICE = 1_000;

/** What was begun: with how many new links go out, and who gets none. */
export interface KeyRotation extends MailCounts {
  readonly reset: KeyReset;
  /** Exports that were withdrawn: their links would hand out the new keys. */
  readonly exportsWithdrawn: number;
}

/**
 * After a leak: every access link of an event is worth nothing from this moment on, and with `notify` everybody is sent
 * the new one. The first of them have it when the transaction commits, the others slice by slice; one that is under way already is the
 * one that is meant. `seen` is the version of the keys that were to be replaced. Throws `not_found`, `changed_meanwhile`, and
 * `conflict` where mails were to go out and the event is over or cancelled.
 */
export async function rotateKeys(
  context: TeamActionContext,
  eventId: string,
  { notify, seen }: { readonly notify: boolean; readonly seen?: string },
): Promise<KeyRotation> {
  const { db, boss, now } = context;
  await allow(db, 'slice');
  // It goes through everybody: before the event is locked.
  const counts = notify
    ? await countMails(db, { eventId, kind: 'new_key', selection: { all: true } })
    : { mails: 0, skipped: [] };
  const event = await lockEventForFanOut(db, eventId);
  if (!event) throw eventNotFound();
  // Two at once would kill the links that the first one mails.
  requireVersion(seen, accessKeysVersion(eventId, await countKeyRotations(db, eventId)));
  if (notify) refuseWhenOver(event, now);
  const running = await lockRunningKeyReset(db, eventId);
  if (running) {
    if (notify && !running.notify) {
      await notifyOfKeyReset(db, running);
      await auditRotation(context, running, { ...counts, exportsWithdrawn: 0 });
    }
    // Should its job have been given up.
    await enqueue(boss, db, resetKeys, { eventId });
    return { reset: running, exportsWithdrawn: 0, ...counts };
  }
  await forgetWrongKeys(db, eventId, null);
  const exportsWithdrawn = await withdrawAllExports(context, eventId);
  const begun = await insertKeyReset(db, { eventId, startedAt: now, notify });
  await takeSlice(context, begun, { size: FIRST_SLICE, startsNow: true });
  if (begun.total > FIRST_SLICE) await enqueue(boss, db, resetKeys, { eventId });
  else await finish(context, event, begun);
  await auditRotation(context, begun, { ...counts, exportsWithdrawn });
  return { reset: (await findKeyReset(db, eventId)) as KeyReset, exportsWithdrawn, ...counts };
}

async function auditRotation(
  context: TeamActionContext,
  { eventId, total }: KeyReset,
  { mails, exportsWithdrawn }: Pick<KeyRotation, 'mails' | 'exportsWithdrawn'>,
): Promise<void> {
  const detail = {
    rotated: String(total),
    mails: String(mails),
    exportsWithdrawn: String(exportsWithdrawn),
  };
  await audit(context, 'keys_rotated', { eventId, detail });
}

/** Takes the next slice of the event's running reset, of at most `size`. Whether there may be more to do. Run at any time it repeats nothing. */
export async function continueKeyReset(
  context: ActionContext,
  eventId: string,
  size: number,
): Promise<boolean> {
  const { db } = context;
  await allow(db, 'slice');
  await commitSoon(db);
  const seen = await findKeyReset(db, eventId);
  if (!seen || seen.finishedAt) return false;
  // Its end locks the event, and before the reset: whoever starts one locks them in this order.
  const isAtEnd = (await nextOfKeyReset(db, seen, { size: 1 })).length === 0;
  const event = isAtEnd ? await lockEventForFanOut(db, eventId) : null;
  const reset = await lockRunningKeyReset(db, eventId);
  if (!reset) return false;
  if (await takeSlice(context, reset, { size })) return true;
  if (event) await finish(context, event, reset, new Date(reset.startedAt.getTime() + 1));
  return event === null;
}

/** Whether there was somebody left. `startsNow`: it began in this transaction. */
async function takeSlice(
  { db }: ActionContext,
  reset: KeyReset,
  slice: { readonly size: number; readonly startsNow?: boolean },
): Promise<boolean> {
  const ids = await nextOfKeyReset(db, reset, slice);
  if (ids.length === 0) return false;
  await replaceVoidKeys(db, reset.eventId, ids, slice);
  await advanceKeyReset(db, reset, ids);
  return true;
}

/** All have a new key: mails it to everybody who is to be told, once. */
async function finish(
  context: ActionContext,
  event: Event,
  reset: KeyReset,
  registeredBefore?: Date,
): Promise<void> {
  await finishKeyReset(context.db, reset, context.now);
  if (!reset.notify) return;
  await fanOut(context, {
    ...{ event, kind: 'new_key', selection: { all: true }, dedupeKey: `keys rotated ${reset.id}` },
    // Whoever registered since it began has had no other link.
    ...(registeredBefore && { registeredBefore }),
  });
}
