import {
  type CustomTextKey,
  type EventCustomText,
  findCustomText,
  resetCustomText,
  saveCustomText,
} from '../db/custom-text.ts';
import { lockEventForFanOut } from '../db/fan-out.ts';
import type { Db } from '../db/pool.ts';
import type { CustomText } from '../domain/custom-text.ts';
import { requireVersion, wordsVersion } from '../domain/version.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';

/**
 * Replaces the text of a kind of mail of an event in one language, for all mails that are not sent yet. Whether it can be sent
 * has been checked (`checkCustomText`). `seen` is the version that it replaces. Throws `not_found` and `changed_meanwhile`.
 */
export async function customiseMail(
  { db, now, actor }: TeamActionContext,
  key: CustomTextKey,
  text: CustomText,
  seen?: string,
): Promise<EventCustomText> {
  await requireSeen(db, key, seen);
  const { subject, introduction, signature } = text;
  const saved = await saveCustomText(db, { ...key, subject, introduction, signature }, actor, now);
  await audit({ db, now, actor }, 'words_changed', { eventId: key.eventId, detail: detailOf(key) });
  return saved;
}

/**
 * Deletes the text of a kind of mail in one language: from then on the mail uses the text for all languages, else the
 * default. Returns whether there was one. `seen` is the version that is deleted. Throws `not_found` and `changed_meanwhile`.
 */
export async function resetMail(
  { db, now, actor }: TeamActionContext,
  key: CustomTextKey,
  seen?: string,
): Promise<boolean> {
  await requireSeen(db, key, seen);
  if (!(await resetCustomText(db, key))) return false;
  await audit({ db, now, actor }, 'words_removed', { eventId: key.eventId, detail: detailOf(key) });
  return true;
}

/** Locks the event, since a text that is not there yet has no row to lock. */
async function requireSeen(db: Db, key: CustomTextKey, seen: string | undefined): Promise<void> {
  if (!(await lockEventForFanOut(db, key.eventId))) throw eventNotFound();
  requireVersion(seen, wordsVersion(await findCustomText(db, key)));
}

function detailOf({ kind, language }: CustomTextKey): Record<string, string> {
  return { kind, ...(language && { language }) };
}
