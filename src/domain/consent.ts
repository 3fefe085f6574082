import { createHash } from 'node:crypto';
import type { Event } from './event.ts';
import { type FormField, localizedText, TICKED } from './form-fields.ts';
import { type Language, languageFor } from './locale.ts';

/** What somebody agreed to, in the words that stood there. It is kept as it was, whatever becomes of the form. */
export interface Consent {
  /** Of the form's field. */
  readonly name: string;
  readonly text: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Null: it stands. */
  readonly withdrawnAt: string | null;
}

type Form = Pick<Event, 'formFields' | 'locale'>;

/** Withdrawn ones of a registrant; the oldest are forgotten. Without a limit somebody could make thousands. */
const MAX_WITHDRAWN = 100;

export function isStanding({ withdrawnAt }: Consent): boolean {
  return withdrawnAt === null;
}

/** The last one of this name that stands. */
export function standingConsent(consents: readonly Consent[], name: string): Consent | undefined {
  return consents.findLast((consent) => consent.name === name && isStanding(consent));
}

/** The wording of a consent as it is now, in the reader's language, else in the event's, else in any. */
export function consentText({ label }: FormField, { locale }: Form, language: Language): string {
  return localizedText(label, language, languageFor(locale));
}

/** Stands in a form for the wording that was shown with it. */
export function wordingMark(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

/** The field's wording, in any language, that has this mark; null: it has no longer. */
export function markedWording({ label }: FormField, mark: string): string | null {
  const texts = typeof label === 'string' ? [label] : Object.values(label);
  return texts.find((text) => wordingMark(text) === mark) ?? null;
}

/** The consents that answers to a form give. `wordingOf`: what was shown. */
export function givenConsents(
  { formFields }: Form,
  answers: Readonly<Record<string, string>>,
  wordingOf: (field: FormField) => string,
  at: Date,
): Consent[] {
  return formFields.flatMap((field) => {
    const { name, type } = field;
    if (type !== 'consent' || !Object.hasOwn(answers, name) || answers[name] !== TICKED) return [];
    return [{ name, text: wordingOf(field), at: at.toISOString(), withdrawnAt: null }];
  });
}

/** The same where nobody knows what was shown: the wording as it is now, in the language that they chose. */
export function consentsAsWorded(
  event: Form,
  answers: Readonly<Record<string, string>>,
  locale: string | null,
  at: Date,
): Consent[] {
  const language = languageFor(locale, event.locale);
  return givenConsents(event, answers, (field) => consentText(field, event, language), at);
}

/**
 * What there is after somebody was asked for the consents of these names: those in `given` stand, the others are withdrawn. One that
 * stands in the same words stays as it was given.
 */
export function changeConsents(
  before: readonly Consent[],
  asked: readonly string[],
  given: readonly Consent[],
  at: Date,
): readonly Consent[] {
  const names = new Set(given.map(({ name }) => name));
  const withdrawn = before.map((consent) =>
    isStanding(consent) && asked.includes(consent.name) && !names.has(consent.name)
      ? { ...consent, withdrawnAt: at.toISOString() }
      : consent,
  );
  const isNew = ({ name, text }: Consent) =>
    !before.some((known) => isStanding(known) && known.name === name && known.text === text);
  const after = [...withdrawn, ...given.filter(isNew)];
  let spare = after.filter((consent) => !isStanding(consent)).length - MAX_WITHDRAWN;
  return after.filter((consent) => isStanding(consent) || spare-- <= 0);
}

/** The names of those that stood before and were withdrawn. */
export function withdrawnNames(before: readonly Consent[], after: readonly Consent[]): readonly string[] {
  const stood = new Set(before.filter(isStanding).map(({ name }) => name));
  return [...stood].filter((name) => !standingConsent(after, name));
}
