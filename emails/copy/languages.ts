import type { Language } from '../../src/domain/locale.ts';
import { type Copy, en } from './en.ts';
import { fr } from './fr.ts';

export type { Copy, Direction } from './en.ts';

/** What mails say, by language. A language without a file here does not compile. */
export const COPY: Readonly<Record<Language, Copy>> = { en, fr };
