import { type EventCustomText, resetCustomText, saveCustomText } from '../db/custom-text.ts';
import { findEvent } from '../db/event.ts';
import type { CustomisableKind, CustomText } from '../domain/custom-text.ts';
import { AppError } from '../domain/errors.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';

/**
 * CustomText a kind of mail of an event anew, for all mails that no worker has taken yet. Whether they can be sent has been
 * checked (`checkCustomText`). Throws `not_found`.
 */
export async function customiseMail(
  { db, now, actor }: TeamActionContext,
  eventId: string,
  kind: CustomisableKind,
  words: CustomText,
): Promise<EventCustomText> {
  if (!(await findEvent(db, { id: eventId }))) throw eventNotFound();
  const saved = await saveCustomText(db, { ...words, eventId, kind }, actor, now);
  await audit({ db, now, actor }, 'words_changed', { eventId, detail: { kind } });
  return saved;
}

/** Back to our words. Throws `not_found` where there are no others. */
export async function resetMail(
  { db, now, actor }: TeamActionContext,
  eventId: string,
  kind: CustomisableKind,
): Promise<void> {
  if (!(await resetCustomText(db, eventId, kind)))
    throw new AppError('not_found', 'This kind of mail has no words of the team’s own.');
  await audit({ db, now, actor }, 'words_removed', { eventId, detail: { kind } });
}
