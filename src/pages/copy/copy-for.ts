import type { Language } from '../../domain/locale.ts';
import { type Copy, en } from './en.ts';
import { fr } from './fr.ts';

const COPY: Readonly<Record<Language, Copy>> = { en, fr };

/** The sentences of the public pages in `language`. */
export function copyFor(language: Language): Copy {
  return COPY[language];
}
