import { hasLink } from './find-links.ts';

/**
 * The one place where words of others are made safe to stand in one line of ours: a subject, a heading, a
 * greeting. Line breaks and control characters become spaces (no header can be smuggled in), and the controls
 * that turn the direction of the text around them go (no name can re-order the sentence it stands in). Markup
 * and braces stay: they are escaped where they are written.
 */
export function singleLine(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, (run) => (KEPT_SPACE.test(run) ? run : ' '))
    .trim();
}

/** Printable ASCII, one space between words: nothing to be done. */
const PLAIN = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
/** French sets no-break spaces before its colons; they are not to be flattened. */
const KEPT_SPACE = /^[\u00a0\u202f]$/;

/** At most `length` characters, cut between words where there is one, an ellipsis in place of the rest and of what divided it. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text
    .slice(0, length - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '');
  const space = cut.lastIndexOf(' ');
  const kept = space > length / 2 ? cut.slice(0, space) : cut;
  return `${kept.replace(/[\s,;:.–—-]+$/, '')}…`;
}

const LONGEST_NAME = 60;
/** Telephones make a link of a number to call. No name has so many digits. */
const CALLABLE = /\p{Nd}(?:[^\p{L}\p{Nd}]{0,3}\p{Nd}){4,}/u;

/**
 * A name to greet with, or the empty string. Anyone can register anyone's address under any name: one that reads as a link or as a
 * number to call would make our mail carry a stranger's advertisement, so it is left out.
 */
export function nameToGreet(name: string): string {
  const line = singleLine(name);
  return hasLink(line) || CALLABLE.test(line) ? '' : shorten(line, LONGEST_NAME);
}

// The dots are those of a domain's name (IDNA).
const JOINT = '[.\u3002\uff0e\uff61\u2024@:/\\\\]+';
const JOINTS = new RegExp(`^${JOINT}|${JOINT}$`, 'gu');

/** The same for words that the team writes around it: without what could make a link of it and the word beside it. */
export function nameToMerge(name: string): string {
  return nameToGreet(name).replace(JOINTS, '');
}
