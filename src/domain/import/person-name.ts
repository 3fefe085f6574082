export interface PersonName {
  readonly firstName: string;
  readonly lastName: string;
}

/** What stands behind a comma and is no first name. */
const SUFFIX = /^(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d|mba|esq|cpa|dds|rn|msc|bsc|ma|ba)\.?$/i;
/** What a family name begins with. */
const PARTICLES = new Set(
  `da das de del della der den di do dos du la las le los van von vom zu zum zur ten ter el al bin ibn bint abu st
  y e und af av بن ابن بنت`.split(/\s+/),
);
const EAST_ASIAN = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々・\s]+$/u;

/**
 * A whole name in two. "Real, Ana" says which is which, as `lastFirst` does, and RÉAL in capitals beside Ana; names in
 * Chinese, Japanese and Korean letters begin with the family name, others end with it: its last word, or from "van" or
 * "de" on. A single word is the first name.
 */
export function splitName(text: string, { lastFirst = false } = {}): PersonName {
  const name = text
    // What Zoom writes for "Annie" who registered as Ana Real; and pronouns.
    .replace(/[([（][^)\]）]*\/[^)\]）]*[)\]）]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const [before = '', ...behind] = name.split(/\s*[,，、]\s*/);
  const after = behind.join(' ').trim();
  if (before && after && !behind.every((part) => SUFFIX.test(part)))
    return { firstName: after, lastName: before };
  const words = before.split(' ');
  const suffix = behind.length ? `, ${behind.join(', ')}` : '';
  const from = words.length < 2 ? 1 : lastNameAt(words, lastFirst);
  const [head, tail] = [words.slice(0, from).join(' '), words.slice(from).join(' ')];
  return isReversed(words, lastFirst)
    ? { firstName: tail + suffix, lastName: head }
    : { firstName: head, lastName: tail ? tail + suffix : suffix.replace(/^, /, '') };
}

/** Whether the family name stands first. */
function isReversed(words: readonly string[], lastFirst: boolean): boolean {
  if (words.length < 2) return false;
  if (lastFirst || EAST_ASIAN.test(words.join(' '))) return true;
  return isCapitals(words[0]) && !isCapitals(words.at(-1));
}

/** Where the second part of a name begins. */
function lastNameAt(words: readonly string[], lastFirst: boolean): number {
  if (isReversed(words, lastFirst)) {
    const capitals = words.findIndex((word) => !isCapitals(word));
    if (capitals > 0) return capitals;
    // "de la Cruz Ana": particles belong to what follows them.
    const own = words.findIndex((word) => !PARTICLES.has(word.toLowerCase()));
    return Math.min(words.length - 1, Math.max(1, own + 1));
  }
  // "Ana RÉAL LOPES"
  const capitals = words.findIndex((word) => isCapitals(word));
  if (capitals > 0 && words.slice(capitals).every(isCapitals)) return capitals;
  const particle = words.findIndex((word, i) => i > 0 && PARTICLES.has(word));
  if (particle > 0 && particle < words.length - 1)
    // "Ana Real y Paz": what joins two family names stands between them.
    return /^(?:y|e|und)$/.test(words[particle] ?? '') ? Math.max(1, particle - 1) : particle;
  return words.length - 1;
}

function isCapitals(word = ''): boolean {
  return /^\p{Lu}[\p{Lu}'’-]+$/u.test(word);
}

/** The name that somebody registered under, of what Zoom writes: `Annie (Ana Real)`. */
export function originalName(text: string): string {
  return /\(([^()/]*\p{L}[^()/]*)\)\s*$/u.exec(text)?.[1]?.trim() ?? text;
}
