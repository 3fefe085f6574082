import type { Language } from './locale.ts';

/** What the team says in a mail in place of the default. Null: the default. Each is Handlebars, checked before it is saved. */
export interface CustomText {
  readonly subject: string | null;
  readonly introduction: string | null;
  readonly signature: string | null;
}

export const CUSTOM_TEXT_FIELDS = [
  'subject',
  'introduction',
  'signature',
] as const satisfies readonly (keyof CustomText)[];

export const LONGEST_CUSTOM_TEXT = 10_000;

export const DEFAULT_TEXT: CustomText = { subject: null, introduction: null, signature: null };

/** Of the custom texts of one kind of mail, that for a mail in `language`: its own, else that of all languages without one. */
export function customTextFor<Text extends { readonly language: Language | null }>(
  texts: readonly Text[],
  language: Language | null,
): Text | null {
  const of = (one: Language | null) => texts.find((text) => text.language === one) ?? null;
  return of(language) ?? of(null);
}

export function isSameText(one: CustomText, other: CustomText): boolean {
  return CUSTOM_TEXT_FIELDS.every((field) => one[field] === other[field]);
}
