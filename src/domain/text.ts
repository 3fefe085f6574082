import { z } from 'zod';

// Embeddings, overrides and isolates reorder what stands around them; plain left-to-right and right-to-left marks
// (U+200E, U+200F) are part of ordinary Arabic and Hebrew text and may stay.
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROLS_BUT_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]/;

/**
 * Text from outside: trimmed, at most `max` characters, without control characters (`lines`: but for tabs and line
 * breaks) or bidirectional controls, and well-formed Unicode. The one place where header injection, NUL and text that
 * rewrites what stands beside it are stopped.
 */
export function safeText(max: number, options: { lines?: boolean } = {}) {
  return checked(z.string(), max, options);
}

/** Line ends that documents leave in what is copied from them. */
export const UNSEEN_BREAKS = /[\u0085\u2028\u2029]/g;
/** Marks of direction, marks of byte order, and places where a word may break. Joiners belong to Persian and Indic names. */
const UNSEEN = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/**
 * `safeText` for what a person is registered with: nobody can be asked to find what nobody sees, so such marks are taken out
 * instead of refused.
 */
export function personText(max: number, options: { lines?: boolean } = {}) {
  const text = z.string().overwrite((given) => given.replace(UNSEEN, '').replace(UNSEEN_BREAKS, ' '));
  return checked(text, max, options);
}

/**
 * A text that is kept as `read` gives it; where that is null, `message` says what is wrong. For the schemas that a whole file goes
 * through: what zod's `transform` and `superRefine` make for each text is collected late by V8, and keeps the text with all that
 * was read beside it until then.
 */
export function readAs(text: z.ZodString, read: (text: string) => string | null, message: string) {
  return text.check((payload) => {
    const value = read(payload.value);
    if (value !== null) payload.value = value;
    else payload.issues.push({ code: 'custom', input: payload.value, message, continue: false });
  });
}

function checked(text: z.ZodString, max: number, { lines = false }: { lines?: boolean }) {
  const problemOf = (text: unknown) => textProblem(String(text), { lines });
  return text
    .trim()
    .max(max, `must have at most ${max} characters`)
    .refine((text) => problemOf(text) === null, { error: ({ input }) => problemOf(input) ?? '' })
    .refine((text) => !BIDI_CONTROLS.test(text), 'must not contain bidirectional control characters');
}

/** What keeps a text from being plain, or null: control characters (`lines`: but for tabs and line breaks), ill-formed Unicode. */
export function textProblem(text: string, { lines = true } = {}): string | null {
  if ((lines ? CONTROLS_BUT_LINES : CONTROLS).test(text)) return 'must not contain control characters';
  return text.isWellFormed() ? null : 'must be well-formed Unicode';
}

/** No object keeps a value under it, so it would be lost without a word. */
export const NO_FIELD = '__proto__';

/**
 * The name of a field of the registrants' own. Without U+FFFD, which a decoder writes for what it could not read: an import takes it
 * for a file in another encoding.
 */
export const fieldName = safeText(64)
  .min(1, 'is missing')
  .refine((name) => !name.includes('\ufffd'), 'must not contain the character U+FFFD')
  .refine((name) => name !== NO_FIELD, `must not be ${NO_FIELD}`);

/** A short name for addresses, from a title: `Designing calm software!` → `designing-calm-software`; '' if nothing is left. */
export function slugify(title: string): string {
  return title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
}
