import { randomUUID } from 'node:crypto';
import { isBlocked } from '../db/block.ts';
import { findMessage, hasMessage, resendLink } from '../db/message.ts';
import { endMessages, rerenderPending } from '../db/pending.ts';
import {
  findRegistrantByAddressHash,
  isNewKeyUntold,
  lockRegistrant,
  type RegistrantKey,
  setAccessKey,
} from '../db/registrant.ts';
import { findWrongKeys, forgetWrongKeys } from '../db/wrong-key.ts';
import { newAccessKey } from '../domain/access-link.ts';
import { addressHash } from '../domain/address.ts';
import { AppError } from '../domain/errors.ts';
import { type Event, eventPhase } from '../domain/event.ts';
import {
  eventRefusedUntil,
  isGuessable,
  isUsedUp,
  refusedUntil,
  WRONG_SHORT_KEYS_OF_EVENT,
} from '../domain/key-guessing.ts';
import type { Kind, LinkKind } from '../domain/kinds.ts';
import type { Registrant } from '../domain/registrant.ts';
import { accessKeyVersion, requireVersion } from '../domain/version.ts';
import { deliver } from '../queue/jobs.ts';
import { inSendSpan } from '../queue/send-span.ts';
import { audit, VISITOR } from './audit.ts';
import type { ActionContext, TeamActionContext } from './context.ts';
import { sendMessage } from './send-message.ts';

/** Between two links that the team sends to one person. */
export const RESEND_PAUSE_MS = 60_000;
/** So long a link that is sent by hand waits, and can be taken back. */
export const UNDO_MS = 5_000;

/**
 * A team member sends the access link again, `delayMs` from now. Within a minute it is the same message. Throws `not_found`,
 * and `conflict` where the event is over or cancelled, or the registrant cancelled.
 */
export function resendAccessLink(
  { db, now, actor }: TeamActionContext,
  event: Pick<Event, 'id'>,
  registrantId: string,
  delayMs = 0,
): Promise<{ readonly messageId: string; readonly isNew: boolean }> {
  const dueAt = new Date(now.getTime() + delayMs);
  return inSendSpan(deliver.urgent.name, (trace) =>
    resendLink(db, { eventId: event.id, registrantId, createdAt: now, dueAt }, actor, trace),
  );
}

/**
 * Takes a link back that a team member has just sent: false where a worker has the mail in hand already. Throws `not_found`.
 */
export async function undoResend(
  context: TeamActionContext,
  event: Event,
  registrantId: string,
  messageId: string,
): Promise<boolean> {
  const { db, now } = context;
  if (!(await lockRegistrant(db, event.id, registrantId))) throw registrantNotFound();
  const message = await findMessage(db, messageId);
  if (message?.registrantId !== registrantId || !isResend(message.kind))
    throw new AppError('not_found', 'This registrant has no such message.');
  const ended = await endMessages(db, event.id, [messageId], 'A team member took it back.', now);
  if (ended.length > 0) await audit(context, 'link_resend_undone', { eventId: event.id, registrantId });
  return ended.length > 0;
}

/** What `sendAccessLink` sends. */
function isResend(kind: Kind): boolean {
  return kind === 'access_link' || kind === 'new_key';
}

/** Sends the access link, whenever the last one went out. */
export async function sendAccessLink(
  context: ActionContext,
  event: Event,
  registrantId: string,
  dueAt = context.now,
): Promise<string> {
  const kind = await linkKind(context, { eventId: event.id, id: registrantId }, 'access_link');
  const dedupeKey = `resend:${randomUUID()}`;
  const id = await sendMessage(context, { event, registrantId, kind, dedupeKey, dueAt });
  if (!id) throw overError(event, context.now);
  return id;
}

/** The mail that tells of a new key, where no mail has told of it yet; else this one. */
async function linkKind(
  { db }: Pick<ActionContext, 'db'>,
  registrant: RegistrantKey,
  otherwise: LinkKind,
): Promise<LinkKind> {
  return (await isNewKeyUntold(db, registrant)) ? 'new_key' : otherwise;
}

/** Sends the link to the registrant with this address, if there is one and the team has not blocked it. `dedupeKey` makes a second run harmless. */
export async function sendSelfServeLink(
  context: ActionContext,
  event: Event,
  request: { addressHash: string; dedupeKey: string },
): Promise<void> {
  const registrant = await findRegistrantByAddressHash(context.db, event.id, request.addressHash);
  if (!registrant || (await isBlocked(context.db, registrant.email))) return;
  await sendRequestedLink(context, event, registrant, request.dedupeKey);
}

/**
 * Sends a registrant the link that they asked for, with a key that opens: a short one that wrong guesses have shut out is
 * replaced. `dedupeKey` makes a second run harmless.
 */
export async function sendRequestedLink(
  context: ActionContext,
  event: Event,
  { id: registrantId, email, cancelledAt }: Pick<Registrant, 'id' | 'email' | 'cancelledAt'>,
  dedupeKey: string,
): Promise<void> {
  // A second run might find another kind to be right.
  if (await hasMessage(context.db, { eventId: event.id, registrantId, dedupeKey })) return;
  await replaceRefusedKey(context, event, addressHash(email));
  // Whoever cancelled gets the only kind that they can ask for.
  const key = { eventId: event.id, id: registrantId };
  const kind = cancelledAt ? 'self_serve_link' : await linkKind(context, key, 'self_serve_link');
  await sendMessage(context, { event, registrantId, kind, dedupeKey });
}

/**
 * After so many wrong keys that a short one opens nothing any more: its registrant, if there is one, gets a long one, and the
 * link to it by mail. A second run finds nothing to do.
 */
export async function replaceUsedUpKey(context: ActionContext, event: Event, hash: string): Promise<void> {
  const registrantId = await replaceRefusedKey(context, event, hash);
  if (!registrantId) return;
  const dedupeKey = `guessed key replaced ${randomUUID()}`;
  await sendMessage(context, { event, registrantId, kind: 'new_key', dedupeKey });
}

/**
 * Gives the registrant with this address, if there is one, a long key in place of a short one that wrong guesses have shut
 * out: what is mailed from now on opens at once. The counts stay, so that the old link goes on saying what to do. Returns
 * whose key it was; null: nothing was to be done.
 */
export async function replaceRefusedKey(
  { db, now }: ActionContext,
  event: Pick<Event, 'id'>,
  hash: string,
): Promise<string | null> {
  const { pair, event: ofEvent } = await findWrongKeys(db, event.id, hash);
  if (!isUsedUp(pair) && !refusedUntil(pair, now) && !eventRefusedUntil(ofEvent, now)) return null;
  const found = await findRegistrantByAddressHash(db, event.id, hash);
  const registrant = found && (await lockRegistrant(db, event.id, found.id));
  if (!registrant || !isGuessable(registrant.accessKey)) return null;
  const registrantId = registrant.id;
  await setAccessKey(db, registrant, newAccessKey('hex'), now);
  await rerenderPending(db, event.id, [registrantId]);
  await audit({ db, now, actor: VISITOR }, 'guessed_key_replaced', { eventId: event.id, registrantId });
  return registrantId;
}

/** Tells the team that keys of the event are guessed in numbers. */
export async function reportGuessing(
  { db, now }: Pick<ActionContext, 'db' | 'now'>,
  eventId: string,
): Promise<void> {
  await audit({ db, now, actor: VISITOR }, 'keys_guessed', {
    eventId,
    detail: { count: String(WRONG_SHORT_KEYS_OF_EVENT) },
  });
}

/**
 * Gives the registrant a new access key: the old link lets nobody in any more, mails that wait bring the new one, and with
 * `notify` one goes out with it. `seen` is the version of the key that was to be replaced. Throws `not_found`,
 * `changed_meanwhile`, and `conflict` where a mail was to go out and the event is over or cancelled.
 */
export async function rotateAccessKey(
  context: TeamActionContext,
  event: Event,
  registrantId: string,
  { notify, seen }: { readonly notify: boolean; readonly seen?: string },
): Promise<Registrant> {
  const { db, now } = context;
  const registrant = await lockRegistrant(db, event.id, registrantId);
  if (!registrant) throw registrantNotFound();
  requireVersion(seen, accessKeyVersion(registrant));
  if (notify) {
    refuseWhenOver(event, now);
    refuseWhenCancelled(registrant);
  }
  let key = newAccessKey(event.keyStyle);
  // One in ten thousand four-digit keys would be the old one again.
  while (key === registrant.accessKey) key = newAccessKey(event.keyStyle);
  await forgetWrongKeys(db, event.id, [addressHash(registrant.email)]);
  await rerenderPending(db, event.id, [registrantId]);
  const changed = await setAccessKey(db, registrant, key, now);
  const dedupeKey = `key rotated ${randomUUID()}`;
  if (notify) await sendMessage(context, { event, registrantId, kind: 'new_key', dedupeKey });
  const detail = notify ? { mails: '1' } : {};
  await audit(context, 'key_rotated', { eventId: event.id, registrantId, detail });
  return changed;
}

export function registrantNotFound(): AppError {
  return new AppError('not_found', 'No registrant of this event has this id.');
}

/** Throws `conflict` where no mail can go out any more. */
export function refuseWhenOver(event: Event, now: Date): void {
  const phase = eventPhase(event, now);
  if (phase === 'ended' || phase === 'cancelled') throw overError(event, now);
}

/** Throws `conflict` where the registrant gets nothing but what they ask for. */
export function refuseWhenCancelled({ cancelledAt }: Pick<Registrant, 'cancelledAt'>): void {
  if (cancelledAt)
    throw new AppError(
      'conflict',
      'The registrant cancelled, so no link is sent: restore the registration first.',
    );
}

function overError(event: Event, now: Date): AppError {
  return new AppError(
    'conflict',
    eventPhase(event, now) === 'cancelled'
      ? 'The event is cancelled, so no links are sent.'
      : 'The event has ended, so no links are sent.',
  );
}
