import { randomUUID } from 'node:crypto';
import { isBlocked } from '../db/block.ts';
import { addEventFields, deleteUnusedFields } from '../db/event-field.ts';
import { findMessage } from '../db/message.ts';
import { allow, type Db } from '../db/pool.ts';
import { lockRegistrant, type OwnRegistration, updateOwnRegistration } from '../db/registrant.ts';
import { type Consent, changeConsents, standingConsent } from '../domain/consent.ts';
import type { Event } from '../domain/event.ts';
import { TICKED } from '../domain/form-fields.ts';
import { REGISTRATION_LINK_MINUTES } from '../domain/kinds.ts';
import type { Registrant } from '../domain/registrant.ts';
import { ownRegistrationVersion, requireVersion } from '../domain/version.ts';
import { registrantNotFound } from './access-link.ts';
import { audit, REGISTRANT } from './audit.ts';
import { auditWithdrawals } from './consents.ts';
import type { ActionContext } from './context.ts';
import { sendMessage } from './send-message.ts';

/**
 * Registrants change what they said of themselves. `given`: the consents that they leave or make ticked. `seen` is the version that the changes were made of. Throws `not_found` and
 * `changed_meanwhile`.
 */
export async function changeOwnRegistration(
  context: ActionContext,
  event: Event,
  registrantId: string,
  { given, ...own }: Omit<OwnRegistration, 'consents'> & { readonly given: readonly Consent[] },
  seen: string,
): Promise<void> {
  const { db, now } = context;
  const asked = event.formFields.map(({ name }) => name);
  // Before the registrant is locked: whoever holds the event may wait for the registrant.
  await addEventFields(db, event.id, new Map(Object.keys(own.answers).map((name) => [name, registrantId])));
  const before = await lockRegistrant(db, event.id, registrantId);
  if (!before) throw registrantNotFound();
  const version = ownRegistrationVersion(before, asked);
  requireVersion(seen, version);
  // What was ticked before consents were kept stays a tick: nobody knows which words it stood beside.
  const isKnown = ({ name }: Consent) =>
    before.fields[name] !== TICKED || standingConsent(before.consents, name) !== undefined;
  const names = event.formFields.flatMap(({ name, type }) => (type === 'consent' ? [name] : []));
  const consents = changeConsents(before.consents, names, given.filter(isKnown), now);
  const after = await updateOwnRegistration(db, before, { ...own, consents }, asked);
  if (ownRegistrationVersion(after, asked) === version) return;
  if (asked.some((name) => before.fields[name] !== undefined && after.fields[name] === undefined)) {
    // It may read all registrants of the event.
    await allow(db, 'slice');
    await deleteUnusedFields(db, event.id);
  }
  const detail = { fields: changedFields(before, after, asked).join(' ') };
  await audit({ ...context, actor: REGISTRANT }, 'registrant_changed', {
    ...{ eventId: event.id, registrantId, detail },
  });
  await auditWithdrawals(context, before, consents);
}

function changedFields(before: Registrant, after: Registrant, asked: readonly string[]): string[] {
  const own = (['firstName', 'lastName', 'locale', 'timeZone'] as const).filter(
    (name) => before[name] !== after[name],
  );
  const isAnswered = asked.some((name) => before.fields[name] !== after.fields[name]);
  return [...own, ...(isAnswered ? ['answers'] : [])];
}

/** Mails the link that opens the registration where the key alone does not; to an address that the team blocked, nothing. */
export async function sendRegistrationLink(
  context: ActionContext,
  event: Event,
  { id: registrantId, email }: Pick<Registrant, 'id' | 'email'>,
): Promise<void> {
  if (await isBlocked(context.db, email)) return;
  const dedupeKey = `registration link ${randomUUID()}`;
  await sendMessage(context, { event, registrantId, kind: 'registration_link', dedupeKey });
}

/** Whether the link of this message opens the registrant's registration now: it was sent to them, at the address that they have, within the hour. */
export async function opensRegistration(
  db: Db,
  messageId: string,
  registrant: Pick<Registrant, 'id' | 'email'>,
  now: Date,
): Promise<boolean> {
  const message = await findMessage(db, messageId);
  if (message?.kind !== 'registration_link' || message.registrantId !== registrant.id) return false;
  const until = new Date(message.createdAt.getTime() + REGISTRATION_LINK_MINUTES * 60_000);
  return message.to === registrant.email && now < until;
}
