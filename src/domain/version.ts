import { createHash } from 'node:crypto';
import { shownAddress } from './address.ts';
import type { CustomText } from './custom-text.ts';
import { AppError } from './errors.ts';
import type { Event } from './event.ts';
import type { Registrant } from './registrant.ts';

// What somebody saw before they decided: a form carries the version of the record that it was made of, and the action
// compares it with the record that it has locked. Equal values make equal versions. So a version needs no column and no
// clock, and what changes beside it (a registrant's email status, for example) keeps nobody from saving.

export function eventVersion(event: Event): string {
  const {
    createdAt: _,
    updatedAt: __,
    sendingPausedAt: ___,
    openedAt: ____,
    closedAt: _____,
    ...said
  } = event;
  return versionOf(said);
}

/** Of what the team edits of a registrant: as kept, or as pages show it. */
export function registrantVersion(registrant: Registrant): string {
  const { email, firstName, lastName, locale, timeZone } = registrant;
  return versionOf({ email: shownAddress(email), firstName, lastName, locale, timeZone });
}

/** Of what registrants say of themselves; `asked`: the names of the form's fields. */
export function ownRegistrationVersion(
  { firstName, lastName, locale, timeZone, fields }: Registrant,
  asked: readonly string[],
): string {
  const answers = asked.map((name) => [name, fields[name] ?? '']);
  return versionOf({ firstName, lastName, locale, timeZone, answers });
}

export function accessKeyVersion({ id, accessKey }: Pick<Registrant, 'id' | 'accessKey'>): string {
  return versionOf({ id, accessKey });
}

/** Of all access keys of an event, after so many rotations of all of them. */
export function accessKeysVersion(eventId: string, rotations: number): string {
  return versionOf({ eventId, rotations });
}

/** Null: the team has no text of its own for this mail. */
export function wordsVersion(words: CustomText | null): string {
  return versionOf(
    words && { subject: words.subject, introduction: words.introduction, signature: words.signature },
  );
}

export function memberVersion({ id, role }: { readonly id: string; readonly role: string }): string {
  return versionOf({ id, role });
}

/**
 * Throws `changed_meanwhile` where `seen` is not the version of the record as it is now. An action calls it with the
 * record locked: of several that saw the same, one passes. Undefined: the caller saw nothing, and nothing is compared.
 */
export function requireVersion(seen: string | undefined, current: string): void {
  if (seen !== undefined && seen !== current)
    throw new AppError(
      'changed_meanwhile',
      'Someone else has changed this meanwhile. Load the page again and look at what is there now.',
    );
}

export function isChangedMeanwhile(error: unknown): boolean {
  return error instanceof AppError && error.code === 'changed_meanwhile';
}

function versionOf(values: Readonly<Record<string, unknown>> | null): string {
  const sorted = values && Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, 22);
}
