import { type EventCustomText, findCustomText, resetCustomText, saveCustomText } from '../db/custom-text.ts';
import { lockEventForFanOut } from '../db/fan-out.ts';
import type { Db } from '../db/pool.ts';
import type { CustomText } from '../domain/custom-text.ts';
import type { CustomisableKind } from '../domain/kinds.ts';
import { requireVersion, wordsVersion } from '../domain/version.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';

/**
 * CustomText a kind of mail of an event anew, for all mails that no worker has taken yet. Whether they can be sent has been
 * checked (`checkCustomText`). `seen` is the version that they replace. Throws `not_found` and `changed_meanwhile`.
 */
export async function customiseMail(
  { db, now, actor }: TeamActionContext,
  eventId: string,
  kind: CustomisableKind,
  words: CustomText,
  seen?: string,
): Promise<EventCustomText> {
  await requireWords(db, eventId, kind, seen);
  const saved = await saveCustomText(db, { ...words, eventId, kind }, actor, now);
  await audit({ db, now, actor }, 'words_changed', { eventId, detail: { kind } });
  return saved;
}

/**
 * Back to our words. Returns whether there were others. `seen` is the version that is thrown away. Throws `not_found`
 * and `changed_meanwhile`.
 */
export async function resetMail(
  { db, now, actor }: TeamActionContext,
  eventId: string,
  kind: CustomisableKind,
  seen?: string,
): Promise<boolean> {
  await requireWords(db, eventId, kind, seen);
  if (!(await resetCustomText(db, eventId, kind))) return false;
  await audit({ db, now, actor }, 'words_removed', { eventId, detail: { kind } });
  return true;
}

/** Locks the event, since words that are not there yet have no row to lock. */
async function requireWords(
  db: Db,
  eventId: string,
  kind: CustomisableKind,
  seen: string | undefined,
): Promise<void> {
  if (!(await lockEventForFanOut(db, eventId))) throw eventNotFound();
  requireVersion(seen, wordsVersion(await findCustomText(db, eventId, kind)));
}
