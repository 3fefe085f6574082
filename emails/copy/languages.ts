import type { Language } from '../../src/domain/locale.ts';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { type Copy, en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import { pt } from './pt.ts';

export type { Copy, Direction } from './en.ts';

/** What mails say, by language. A language without a file here does not compile. */
export const COPY: Readonly<Record<Language, Copy>> = { en, fr, de, es, pt, ja, ar };
