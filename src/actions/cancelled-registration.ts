import { addEventFields } from '../db/event-field.ts';
import {
  cancelRegistrant,
  lockRegistrant,
  restoreRegistrant,
  setCancelled,
  updateOwnRegistration,
} from '../db/registrant.ts';
import { addressHash } from '../domain/address.ts';
import { type Consent, changeConsents } from '../domain/consent.ts';
import type { Event } from '../domain/event.ts';
import type { Registrant } from '../domain/registrant.ts';
import { deliver } from '../queue/jobs.ts';
import { inSendSpan } from '../queue/send-span.ts';
import { replaceRefusedKey } from './access-link.ts';
import { audit, REGISTRANT } from './audit.ts';
import { auditWithdrawals } from './consents.ts';
import type { ActionContext, TeamActionContext } from './context.ts';
import type { Registration } from './register.ts';
import { sendMessage } from './send-message.ts';

type Context = ActionContext & Pick<TeamActionContext, 'actor'>;

/**
 * The registrant does not come: from now on they get only what they ask for, and what was on its way to them is not sent. A second
 * time changes nothing. Throws `not_found`.
 */
export function cancelRegistration(
  { db, now, actor }: Context,
  event: Pick<Event, 'id'>,
  registrantId: string,
): Promise<Registrant> {
  return cancelRegistrant(db, { eventId: event.id, id: registrantId }, actor, now);
}

/**
 * The registrant comes after all. They are sent the confirmation again where it still helps, unless `sendConfirmation` is false. Somebody
 * who did not cancel stays as they are, and gets no mail. Throws `not_found`.
 */
export function restoreRegistration(
  { db, now, actor }: Context,
  event: Pick<Event, 'id'>,
  registrantId: string,
  { sendConfirmation }: { readonly sendConfirmation: boolean },
): Promise<Registrant> {
  const of = { eventId: event.id, id: registrantId };
  return inSendSpan(deliver.urgent.name, (trace) =>
    restoreRegistrant(db, of, actor, now, { sendConfirmation, trace }),
  );
}

type Person = Pick<Registration, 'firstName' | 'lastName' | 'locale' | 'timeZone' | 'fields'> & {
  readonly consents: readonly Consent[];
};

/**
 * Somebody who cancelled registers once more with the public form, as if for the first time: what they say now counts, and the
 * confirmation brings their link. False: they did not cancel, and nothing was done.
 */
export async function registerAgain(
  context: ActionContext,
  event: Event,
  { id: registrantId, cancelledAt }: Pick<Registrant, 'id' | 'cancelledAt'>,
  { fields: answers, consents: given, ...person }: Person,
  requestId: string,
): Promise<boolean> {
  if (!cancelledAt) return false;
  const { db, now } = context;
  const names = Object.keys(answers);
  // Before the registrant is locked: whoever holds the event may wait for the registrant.
  await addEventFields(db, event.id, new Map(names.map((name) => [name, registrantId])));
  const registrant = await lockRegistrant(db, event.id, registrantId);
  if (!registrant?.cancelledAt) return false;
  const asked = event.formFields.map(({ name }) => name);
  const consents = changeConsents(registrant.consents, asked, given, now);
  await updateOwnRegistration(db, registrant, { ...person, answers, consents }, [...asked, ...names]);
  await auditWithdrawals(context, registrant, consents);
  await setCancelled(db, registrant, null);
  // A short key that was guessed at would not open.
  await replaceRefusedKey(context, event, addressHash(registrant.email));
  await audit({ ...context, actor: REGISTRANT }, 'registrant_restored', { eventId: event.id, registrantId });
  const dedupeKey = `registration ${requestId}`;
  await sendMessage(context, { event, registrantId, kind: 'confirmation', dedupeKey });
  return true;
}
