import type { Language } from '../../domain/locale.ts';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { type Copy, en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import { pt } from './pt.ts';

const COPY: Readonly<Record<Language, Copy>> = { en, fr, de, es, pt, ja, ar };

/** The sentences of the public pages in `language`. */
export function copyFor(language: Language): Copy {
  return COPY[language];
}
