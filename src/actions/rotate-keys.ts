import { randomUUID } from 'node:crypto';
import { countKeyRotations } from '../db/audit.ts';
import { lockEventForFanOut } from '../db/fan-out.ts';
import { rerenderPending } from '../db/pending.ts';
import { allow } from '../db/pool.ts';
import { rotateAccessKeys } from '../db/registrant.ts';
import { forgetWrongKeys } from '../db/wrong-key.ts';
import { accessKeysVersion, requireVersion } from '../domain/version.ts';
import { refuseWhenOver } from './access-link.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';
import { withdrawAllExports } from './export.ts';
import { countMails, fanOut, type MailCounts } from './fan-out.ts';

/** With how many new links go out, and who gets none. */
export interface KeyRotation extends MailCounts {
  /** Registrants whose old link lets nobody in any more. */
  readonly rotated: number;
  /** Exports that were withdrawn: their links would hand out the new keys. */
  readonly exportsWithdrawn: number;
}

/**
 * After a leak: every access link of an event is worth nothing from this moment on, and with `notify` everybody is sent
 * the new one. `seen` is the version of the keys that were to be replaced. Throws `not_found`, `changed_meanwhile`, and
 * `conflict` where mails were to go out and the event is over or cancelled.
 */
export async function rotateKeys(
  context: TeamActionContext,
  eventId: string,
  { notify, seen }: { readonly notify: boolean; readonly seen?: string },
): Promise<KeyRotation> {
  const { db, now } = context;
  await allow(db, 'event');
  const event = await lockEventForFanOut(db, eventId);
  if (!event) throw eventNotFound();
  // Two at once would kill the links that the first one mails.
  requireVersion(seen, accessKeysVersion(eventId, await countKeyRotations(db, eventId)));
  if (notify) refuseWhenOver(event, now);
  const rotated = await rotateAccessKeys(db, eventId, event.keyStyle, now);
  await forgetWrongKeys(db, eventId, null);
  await rerenderPending(db, eventId, null);
  const exportsWithdrawn = await withdrawAllExports(context, eventId);
  const mail = { kind: 'new_key', selection: { all: true } } as const;
  const counts = notify ? await countMails(db, { eventId, ...mail }) : { mails: 0, skipped: [] };
  if (notify) await fanOut(context, { event, ...mail, dedupeKey: `keys rotated ${randomUUID()}` });
  const detail = {
    rotated: String(rotated),
    mails: String(counts.mails),
    exportsWithdrawn: String(exportsWithdrawn),
  };
  await audit(context, 'keys_rotated', { eventId, detail });
  return { rotated, exportsWithdrawn, ...counts };
}
