import { randomUUID } from 'node:crypto';
import { violates } from '../db/pool.ts';
import {
  ADDRESS_UNIQUE,
  eraseRegistrant,
  lockRegistrant,
  type RegistrantChanges,
  updateRegistrant,
} from '../db/registrant.ts';
import { forgetWrongKeys } from '../db/wrong-key.ts';
import { addressHash } from '../domain/address.ts';
import { AppError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import type { Registrant } from '../domain/registrant.ts';
import { registrantVersion, requireVersion } from '../domain/version.ts';
import { cancelJob, enqueue, findQueuedJob } from '../queue/boss.ts';
import { removal } from '../queue/jobs.ts';
import {
  refuseWhenCancelled,
  refuseWhenOver,
  registrantNotFound,
  sendAccessLink,
  UNDO_MS,
} from './access-link.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { askForDomains } from './mail-domain.ts';

/**
 * Changes a registrant; with `resend`, a changed address is sent its access link. `seen` is the version that the changes
 * were made of. Throws `not_found`, `changed_meanwhile`, and `conflict` where the address is somebody else's or the link
 * was to be sent and the event is over, or the registrant cancelled.
 */
export async function changeRegistrant(
  context: TeamActionContext,
  event: Event,
  registrantId: string,
  { resend, ...changes }: RegistrantChanges & { readonly resend: boolean },
  seen?: string,
): Promise<Registrant> {
  const { db, now } = context;
  const before = await lockRegistrant(db, event.id, registrantId);
  if (!before) throw registrantNotFound();
  requireVersion(seen, registrantVersion(before));
  const moved = changes.email !== undefined && changes.email !== before.email;
  if (moved && resend) {
    refuseWhenOver(event, now);
    refuseWhenCancelled(before);
  }
  try {
    const after = await updateRegistrant(db, before, changes);
    if (moved) {
      // Tried before the address was theirs, or while it was.
      await forgetWrongKeys(db, event.id, [before.email, after.email].map(addressHash));
      const detail = { from: before.emailStatus ?? 'unknown', resent: String(resend) };
      await audit(context, 'address_mended', { eventId: event.id, registrantId, detail });
    } else {
      const detail = { fields: Object.keys(changes).join(' ') };
      await audit(context, 'registrant_changed', { eventId: event.id, registrantId, detail });
    }
    if (moved && resend) await sendAccessLink(context, event, registrantId);
    if (moved) await askForDomains(context, [after.email]);
    return after;
  } catch (error) {
    if (violates(error, ADDRESS_UNIQUE))
      throw new AppError('conflict', 'Another registrant of this event has this address.', {
        errors: [{ path: 'email', message: 'is registered for this event already' }],
        cause: error,
      });
    throw error;
  }
}

/**
 * Removes a registrant in `UNDO_MS`, unless `undoRemoval` takes it back. Returns the id of the removal. Throws `not_found`.
 */
export async function scheduleRemoval(
  { db, boss, now, actor, memberId }: TeamActionContext,
  event: Event,
  registrantId: string,
): Promise<string> {
  if (!(await lockRegistrant(db, event.id, registrantId))) throw registrantNotFound();
  // A second click is the same removal: it is taken back as one.
  const before = await findQueuedJob(boss, db, removal, { registrantId });
  if (before) return before;
  const id = randomUUID();
  const startAfter = new Date(now.getTime() + UNDO_MS);
  await enqueue(boss, db, removal, { eventId: event.id, registrantId, actor, memberId }, { id, startAfter });
  return id;
}

/** Takes a removal back: false where the registrant is gone already. */
export async function undoRemoval(
  { db, boss }: TeamActionContext,
  event: Event,
  registrantId: string,
  removalId: string,
): Promise<boolean> {
  // The worker that removes takes the same lock, and looks then whether it still shall.
  if (!(await lockRegistrant(db, event.id, registrantId))) return false;
  await cancelJob(boss, db, removal, removalId);
  return true;
}

/** Takes a registrant out: pending mails are dropped, everything personal is erased. Throws `not_found`. */
export async function removeRegistrant(
  context: TeamActionContext,
  event: Event,
  registrantId: string,
): Promise<void> {
  const { db, now } = context;
  if (!(await lockRegistrant(db, event.id, registrantId))) throw registrantNotFound();
  await eraseRegistrant(db, { eventId: event.id, id: registrantId }, now);
  await audit(context, 'registrant_removed', { eventId: event.id, registrantId });
}
