/** The languages that mails and pages are written in. The first is the fallback. */
export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * The language a text is written in for someone who asked for `tag` (BCP 47, e.g. `fr-CA`).
 * Unknown, missing or malformed tags give the next candidate, and at last English.
 */
export function languageFor(...tags: (string | null | undefined)[]): Language {
  for (const tag of tags) {
    const primary = tag?.toLowerCase().split('-')[0];
    const found = LANGUAGES.find((language) => language === primary);
    if (found) return found;
  }
  return LANGUAGES[0];
}

/**
 * The locale that dates are formatted in: the person's own region where they speak the language the text is
 * in (`en-US` reads "Fri, Jan 15"), else that language's most widely understood form.
 */
export function formattingLocale(language: Language, tag: string | null): string {
  if (tag?.toLowerCase().startsWith(`${language}-`)) return tag;
  // Bare "en" would mean the United States to Intl: month first, twelve hours. Most readers know day first.
  return language === 'en' ? 'en-GB' : language;
}

/** The canonical form of a BCP 47 tag, or null when it is none. */
export function canonicalLocale(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}
