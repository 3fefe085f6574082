import { Fragment } from 'react';

const LETTERS = new Intl.Segmenter('en');

/** A text with what a search found in it marked, without regard to case and accents, as the search has none. */
export function Marked({ text, q }: { readonly text: string; readonly q: string }) {
  const parts = splitMatches(text, q);
  return parts.map(({ part, isMatch }, i) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text
    return isMatch ? <mark key={i}>{part}</mark> : <Fragment key={i}>{part}</Fragment>;
  });
}

/** The text cut where `q` begins and ends in it. */
export function splitMatches(
  text: string,
  q: string,
): { readonly part: string; readonly isMatch: boolean }[] {
  const wanted = fold(q.trim());
  if (wanted === '') return [{ part: text, isMatch: false }];
  // Folding changes lengths (é, ß), so it is done letter by letter, and each folded letter knows whose it is.
  const letters = [...LETTERS.segment(text)].map(({ segment }) => segment);
  const owners = letters.flatMap((letter, i) => [...fold(letter)].map(() => i));
  const folded = letters.map(fold).join('');
  const parts: { part: string; isMatch: boolean }[] = [];
  let done = 0;
  const push = (to: number, isMatch: boolean) => {
    if (to > done) parts.push({ part: letters.slice(done, to).join(''), isMatch });
    done = Math.max(done, to);
  };
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + wanted.length)) {
    const before = [...folded.slice(0, at)].length;
    push(owners[before] ?? letters.length, false);
    push((owners[before + [...wanted].length - 1] ?? letters.length - 1) + 1, true);
  }
  push(letters.length, false);
  return parts;
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
