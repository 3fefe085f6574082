/** The languages that mails and pages are written in. The first is the fallback. */
export const LANGUAGES = ['en', 'fr', 'de', 'es', 'pt', 'ja', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * The language a text is written in for someone who asked for `tag` (BCP 47, e.g. `fr-CA`).
 * Unknown, missing or malformed tags give the next candidate, and at last English.
 */
export function languageFor(...tags: (string | null | undefined)[]): Language {
  for (const tag of tags) {
    const found = LANGUAGES.find((language) => speaks(tag, language));
    if (found) return found;
  }
  return LANGUAGES[0];
}

/**
 * The locale that dates are formatted in: the person's own region where they speak the language the text is
 * in (`en-US` reads "Fri, Jan 15", `pt-PT` "sexta, 15/01", `ar-EG` writes its own digits), else that language's
 * most widely understood form.
 */
export function formattingLocale(language: Language, tag: string | null): string {
  if (speaks(tag, language) && tag?.includes('-')) return tag;
  return WITHOUT_REGION[language] ?? language;
}

const WITHOUT_REGION: Readonly<Partial<Record<Language, string>>> = {
  // Bare "en" would mean the United States to Intl: month first, twelve hours. Most readers know day first.
  en: 'en-GB',
  // From Morocco to the Emirates people write 15, from Egypt to Iraq ١٥, and all read both. Who says no region gets
  // the digits that their link and address hold; and gets them everywhere: Intl's own choice changes by version.
  ar: 'ar-u-nu-latn',
};

/** Whether `tag` is of that language: `fr-CA` is of `fr`. */
export function speaks(tag: string | null | undefined, language: string): boolean {
  return tag?.toLowerCase().split('-')[0] === language;
}

/**
 * Of all the tags in which someone asked for `language`, the one that says most: who chose "Português" by hand in
 * a browser from Portugal reads dates as there. Null where none is of that language.
 */
export function tagFor(language: Language, tags: readonly string[]): string | null {
  const spoken = tags.filter((tag) => speaks(tag, language));
  return spoken.find(hasRegion) ?? spoken[0] ?? null;
}

function hasRegion(tag: string): boolean {
  const canonical = canonicalLocale(tag);
  return canonical !== null && new Intl.Locale(canonical).region !== undefined;
}

/** The canonical form of a BCP 47 tag, or null when it is none. */
export function canonicalLocale(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}
