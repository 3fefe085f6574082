import { deleteWords, type EventWords, saveWords } from '../db/custom-text.ts';
import { findEvent } from '../db/event.ts';
import type { WordedKind, Words } from '../domain/custom-text.ts';
import { AppError } from '../domain/errors.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';

/**
 * Words a kind of mail of an event anew, for all mails that no worker has taken yet. Whether they can be sent has been
 * checked (`checkWords`). Throws `not_found`.
 */
export async function wordMail(
  { db, now, actor }: TeamActionContext,
  eventId: string,
  kind: WordedKind,
  words: Words,
): Promise<EventWords> {
  if (!(await findEvent(db, { id: eventId }))) throw eventNotFound();
  const saved = await saveWords(db, { ...words, eventId, kind }, actor, now);
  await audit({ db, now, actor }, 'words_changed', { eventId, detail: { kind } });
  return saved;
}

/** Back to our words. Throws `not_found` where there are no others. */
export async function unwordMail(
  { db, now, actor }: TeamActionContext,
  eventId: string,
  kind: WordedKind,
): Promise<void> {
  if (!(await deleteWords(db, eventId, kind)))
    throw new AppError('not_found', 'This kind of mail has no words of the team’s own.');
  await audit({ db, now, actor }, 'words_removed', { eventId, detail: { kind } });
}
