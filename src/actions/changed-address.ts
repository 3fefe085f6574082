import { endReplacedTo, rerenderPending } from '../db/pending.ts';
import {
  findRegistrantByAddress,
  lockRegistrant,
  setAccessKey,
  setCancelled,
  updateRegistrant,
} from '../db/registrant.ts';
import {
  insertAddressChange,
  type RegistrationRequest,
  type TakenRequest,
  takeUnusedRequest,
} from '../db/registration-request.ts';
import { forgetWrongKeys } from '../db/wrong-key.ts';
import { newAccessKey } from '../domain/access-link.ts';
import { addressHash } from '../domain/address.ts';
import type { Event } from '../domain/event.ts';
import { enqueue } from '../queue/boss.ts';
import { registration } from '../queue/jobs.ts';
import { sendRequestedLink } from './access-link.ts';
import { audit, REGISTRANT } from './audit.ts';
import { cancelRegistration } from './cancelled-registration.ts';
import type { ActionContext } from './context.ts';
import { sendMessage } from './send-message.ts';

/** Keeps for a worker that a registration was sent with a wrong address. The same is done whoever is registered already. */
export async function requestAddressChange(
  { db, boss, now }: ActionContext,
  change: Pick<RegistrationRequest, 'eventId' | 'email' | 'mayRemind'> & {
    /** The request that it was sent with. */
    readonly replaces: string;
  },
  { priority = 0 }: { readonly priority?: number } = {},
): Promise<void> {
  const requestId = await insertAddressChange(db, { ...change, requestedAt: now });
  await enqueue(boss, db, registration, { requestId }, { priority });
}

/**
 * Gives a registration the address that it should have had. Only what the first request of the same browser made is changed: the
 * registrant has its id. Whoever was registered before with the wrong address keeps their registration, and `registerWith` registers
 * the person with the right one.
 */
export async function changeAddress(
  context: ActionContext,
  event: Event,
  { id, email, mayRemind, replaces }: TakenRequest & { readonly replaces: string },
  registerWith: (request: TakenRequest) => Promise<void>,
): Promise<void> {
  const { db, now } = context;
  const unused = await takeUnusedRequest(db, event.id, replaces);
  if (unused) return registerWith({ ...unused, email, mayRemind });
  const before = await lockRegistrant(db, event.id, replaces);
  if (!before || addressHash(before.email) === addressHash(email)) return;
  const actor = { ...context, actor: REGISTRANT };
  // What a mail on its way to the wrong address brings lets nobody in any more.
  let accessKey = newAccessKey(event.keyStyle);
  while (accessKey === before.accessKey) accessKey = newAccessKey(event.keyStyle);
  await setAccessKey(db, before, accessKey, now);
  await endReplacedTo(db, before, 'confirmation', now);
  const other = await findRegistrantByAddress(db, event.id, email);
  if (other) {
    await cancelRegistration(actor, event, replaces);
    if (mayRemind) await sendRequestedLink(context, event, other, id);
    return;
  }
  await updateRegistrant(db, before, { email });
  await forgetWrongKeys(db, event.id, [before.email, email].map(addressHash));
  if (before.cancelledAt) await setCancelled(db, before, null);
  const detail = { from: before.emailStatus ?? 'unknown', resent: 'true' };
  await audit(actor, 'address_mended', { eventId: event.id, registrantId: replaces, detail });
  await rerenderPending(db, event.id, [replaces]);
  const dedupeKey = `registration ${id}`;
  await sendMessage(context, { event, registrantId: replaces, kind: 'confirmation', dedupeKey });
}
