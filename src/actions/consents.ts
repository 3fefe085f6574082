import { deleteUnusedFields } from '../db/event-field.ts';
import { allow } from '../db/pool.ts';
import { lockRegistrant, updateConsents } from '../db/registrant.ts';
import { type Consent, changeConsents, withdrawnNames } from '../domain/consent.ts';
import type { Event } from '../domain/event.ts';
import { TICKED } from '../domain/form-fields.ts';
import type { Registrant } from '../domain/registrant.ts';
import { registrantNotFound } from './access-link.ts';
import { audit, REGISTRANT } from './audit.ts';
import type { ActionContext } from './context.ts';

/** Notes what a registrant withdrew; the name of a field says nothing of a person. */
export async function auditWithdrawals(
  context: Pick<ActionContext, 'db' | 'now'>,
  { id, eventId, consents: before }: Pick<Registrant, 'id' | 'eventId' | 'consents'>,
  after: readonly Consent[],
): Promise<void> {
  for (const field of withdrawnNames(before, after))
    await audit({ ...context, actor: REGISTRANT }, 'consent_withdrawn', {
      ...{ eventId, registrantId: id, detail: { field } },
    });
}

/**
 * The registrant takes back what they agreed to, at any time: also when the event is over, and when its form asks for it no more. A
 * second time changes nothing. Throws `not_found`.
 */
export async function withdrawConsent(
  context: ActionContext,
  event: Event,
  registrantId: string,
  name: string,
): Promise<void> {
  const { db, now } = context;
  const registrant = await lockRegistrant(db, event.id, registrantId);
  if (!registrant) throw registrantNotFound();
  const consents = changeConsents(registrant.consents, [name], [], now);
  const field = event.formFields.find((one) => one.name === name);
  // A field of another kind that is called so by now is answered with something else.
  const isAnswered = registrant.fields[name] === TICKED && (!field || field.type === 'consent');
  if (withdrawnNames(registrant.consents, consents).length === 0 && !isAnswered) return;
  await updateConsents(db, registrant, consents, isAnswered ? [name] : []);
  if (isAnswered) {
    // It may read all registrants of the event.
    await allow(db, 'slice');
    await deleteUnusedFields(db, event.id);
  }
  await auditWithdrawals(context, registrant, consents);
}
