import { LANGUAGES } from '../../domain/locale.ts';
import type { Option } from './field.tsx';

const names = new Intl.DisplayNames('en', { type: 'language' });

/** `French`, `Canadian French`; the tag itself where it is none. */
export function languageName(tag: string): string {
  try {
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** The languages that mails and pages are written in; `chosen` among them, whatever it is. */
export function languageOptions(chosen?: string | null): Option[] {
  return [...new Set([...(chosen ? [chosen] : []), ...LANGUAGES])].map((value) => ({
    value,
    label: languageName(value),
  }));
}
