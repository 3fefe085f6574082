import { canonicalLocale, LANGUAGES } from '../locale.ts';

/** How a language is called with its region or its script, beside the plain names. */
const REGIONAL = [
  ...[
    'en-US',
    'en-GB',
    'en-AU',
    'en-CA',
    'en-IN',
    'fr-FR',
    'fr-CA',
    'fr-BE',
    'fr-CH',
    'de-DE',
    'de-AT',
    'de-CH',
  ],
  ...[
    'es-ES',
    'es-MX',
    'es-419',
    'es-AR',
    'es-CO',
    'pt-BR',
    'pt-PT',
    'zh-Hans',
    'zh-Hant',
    'zh-CN',
    'zh-TW',
    'zh-HK',
  ],
  ...['nl-BE', 'nl-NL', 'it-IT', 'ja-JP', 'ko-KR', 'ar-EG', 'ar-SA', 'ar-AE', 'sr-Latn', 'nb-NO'],
];

let names: ReadonlyMap<string, string> | null = null;

/**
 * The tag of a language that somebody wrote down: `de-DE`, `en_US`, `English`, `Deutsch`, `Français (Canada)`; null where
 * no language is called so.
 */
export function readLanguage(text: string): string | null {
  const written = text.trim().replace(/\s+/g, ' ');
  const tag = canonicalLocale(written.replace(/\..*$/, '').replaceAll('_', '-'));
  if (tag && isKnownTag(tag)) return tag;
  names ??= languageNames();
  const found = names.get(fold(written));
  if (found) return found;
  // `Spanish (Chile)`, `English - United Kingdom`, `Deutsch [de]`
  const [, name, more] = /^(.+?)\s*(?:[([/,–—]|\s-\s)\s*(.+?)\s*[)\]]?$/u.exec(written) ?? [];
  const language = name ? names.get(fold(name)) : undefined;
  if (!language || !more) return null;
  const inside = canonicalLocale(more.replaceAll('_', '-'));
  if (inside && isKnownTag(inside) && inside.split('-')[0] === language.split('-')[0]) return inside;
  const region = names.get(`region ${fold(more)}`);
  return region ? `${language}-${region}` : names.get(fold(more)) === language ? language : null;
}

/** `English` is a well-formed tag as well, of a language that there is not. */
function isKnownTag(tag: string): boolean {
  const { language } = new Intl.Locale(tag);
  return new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(language) !== undefined;
}

/** What languages and regions are called, in the languages of the product and in their own. */
function languageNames(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (key: string, value: string) => {
    if (!found.has(key)) found.set(key, value);
  };
  const english = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const languages = twoLetters().filter((code) => english.of(code));
  const countries = twoLetters()
    .map((code) => code.toUpperCase())
    .filter((code) => regions.of(code) && code !== 'ZZ');
  for (const code of [...languages, ...REGIONAL])
    for (const display of [...LANGUAGES, code])
      for (const languageDisplay of ['standard', 'dialect'] as const) {
        const name = new Intl.DisplayNames(display, {
          type: 'language',
          fallback: 'none',
          languageDisplay,
        }).of(code);
        if (name) add(fold(name), code);
      }
  for (const display of LANGUAGES) {
    const inIt = new Intl.DisplayNames(display, { type: 'region', fallback: 'none' });
    for (const code of countries) add(`region ${fold(inIt.of(code) ?? code)}`, code);
  }
  for (const code of countries) add(`region ${code.toLowerCase()}`, code);
  for (const [name, code] of [
    ...[
      ['us', 'US'],
      ['usa', 'US'],
      ['u.s.', 'US'],
      ['uk', 'GB'],
      ['great britain', 'GB'],
      ['brasil', 'BR'],
    ],
    ...[
      ['espana', 'ES'],
      ['deutschland', 'DE'],
      ['osterreich', 'AT'],
      ['schweiz', 'CH'],
    ],
  ] as const)
    add(`region ${name}`, code);
  return found;
}

function twoLetters(): string[] {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  return letters.flatMap((first) => letters.map((second) => first + second));
}

function fold(name: string): string {
  return name.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '').replace(/\s+/g, ' ').trim();
}
