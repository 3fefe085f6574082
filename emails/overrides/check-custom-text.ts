import { CUSTOM_TEXT_FIELDS, type CustomText, LONGEST_CUSTOM_TEXT } from '../../src/domain/custom-text.ts';
import type { FieldError } from '../../src/domain/errors.ts';
import type { CustomisableKind, RegistrantKind } from '../../src/domain/kinds.ts';
import { ANY_VALUE, findLinks } from '../../src/lib/find-links.ts';
import { wireText } from '../engine/wire-html.ts';
import { keepsLinks, withTypedLinks } from './word-links.ts';
import {
  type Mistake,
  type Place,
  placeAt,
  quote,
  readWordTree,
  variablesOf,
  type WordNode,
  withUnixLines,
} from './word-tree.ts';
import { type WordVariableName, wordVariable, wordVariables } from './word-variables.ts';

export { CUSTOM_TEXT_VARIABLES, wordVariables } from './word-variables.ts';

/** Beyond this an inbox shows none of it, and servers begin to mind. */
export const LONGEST_SUBJECT = 250;
/** Of the HTML. Some programs cut a mail off at 100 KB, and the rest of it needs its part. */
export const MOST_BYTES = 50_000;
/** A reader who needs more has found the problem by then. */
const MOST_MISTAKES = 20;

/**
 * What keeps words from being sent, with the place of each: nothing that this lets through can fail to be sent, or
 * put anything but text, known values and the access link into a mail. Takes any text, and never throws.
 */
export function checkCustomText(kind: CustomisableKind, words: CustomText): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const field of CUSTOM_TEXT_FIELDS) {
    const source = words[field];
    if (source === null) continue;
    const isSubject = field === 'subject';
    const longest = isSubject ? LONGEST_SUBJECT : LONGEST_CUSTOM_TEXT;
    const checked = checkText(kind, source, { isSubject, longest });
    errors.push(...checked.mistakes.map((mistake) => asError(field, mistake)));
    if (field !== 'subject') bytes += checked.bytes;
  }
  if (errors.length === 0 && bytes > MOST_BYTES) {
    const path =
      (words.introduction?.length ?? 0) >= (words.signature?.length ?? 0) ? 'introduction' : 'signature';
    const over = Math.ceil((1 - MOST_BYTES / bytes) * 100);
    errors.push({
      path,
      message: `Introduction and signature would make a mail so large that mail programs cut it off: shorten them by ${over} %, or use fewer variables.`,
    });
  }
  return errors;
}

/** The mistake as one of the field at this path. */
export function asError(path: string, { at, message }: Mistake): FieldError {
  return { path, message: `Line ${at.line}, column ${at.column}: ${message}` };
}

export interface Checked {
  readonly mistakes: readonly Mistake[];
  readonly bytes: number;
}

/** What is wrong with one text of a kind of mail, and how many bytes of HTML it makes at the most. */
export function checkText(
  kind: RegistrantKind,
  written: string,
  { isSubject, longest }: { readonly isSubject: boolean; readonly longest: number },
): Checked {
  const source = withUnixLines(written);
  const refuse = (index: number, message: string): Checked => ({
    mistakes: [{ at: placeAt(source, index), message }],
    bytes: 0,
  });
  if (written.length > longest) {
    const [is, may] = [written.length, longest].map((count) => count.toLocaleString('en'));
    return refuse(longest, `There are ${is} characters; at most ${may} are sent.`);
  }
  const unwritable = source.search(UNWRITABLE);
  if (unwritable >= 0) {
    const code = (source.codePointAt(unwritable) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return refuse(unwritable, `There is an invisible control character here (U+${code}): delete it.`);
  }
  const secondLine = isSubject ? source.search('\n') : -1;
  if (secondLine >= 0) return refuse(secondLine, 'A subject is one line: take the line break out.');

  const read = readWordTree(kind, source);
  // Whatever could not be read is missing here, and would show as a mistake of its own.
  if (read.mistakes.length > 0) return { mistakes: read.mistakes.slice(0, MOST_MISTAKES), bytes: 0 };
  const keeps = keepsLinks(kind) && !isSubject;
  const { nodes, mistakes } = keeps ? withTypedLinks(read.nodes) : read;
  if (mistakes.length > 0) return { mistakes: mistakes.slice(0, MOST_MISTAKES), bytes: 0 };
  const outcomes = outcomesOf(nodes);
  const found = [
    ...(isSubject ? checkSubject(nodes, outcomes) : []),
    ...(keeps ? checkParagraphs(nodes) : []),
    ...outcomes.flatMap(({ pieces }) => [
      ...(keeps ? checkTypedLinks(pieces) : []),
      ...checkLinks(kind, pieces, isSubject),
    ]),
  ];
  const once = new Map(found.map((mistake) => [JSON.stringify(mistake), mistake]));
  return {
    mistakes: [...once.values()].slice(0, MOST_MISTAKES),
    bytes: Math.max(...outcomes.map(bytesOf)),
  };
}

// Controls, halves of characters, and what turns the direction of all that follows; names are kept apart elsewhere.
const UNWRITABLE = /(?![\t\n])[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;

interface Piece {
  readonly text: string;
  readonly at: Place;
  /** Null: the team's own letters. */
  readonly name: WordVariableName | null;
  /** Set where it stands for a link that the team typed. */
  readonly href?: string;
}

interface Outcome {
  readonly empty: readonly WordVariableName[];
  readonly pieces: readonly Piece[];
}

/** All that words can come to: only few variables are ever empty, so each case can be looked at. */
function outcomesOf(nodes: readonly WordNode[]): readonly Outcome[] {
  const uncertain = [...variablesOf(nodes)].filter((name) => wordVariable(name).mayBeEmpty);
  return Array.from({ length: 2 ** uncertain.length }, (_, bits) => {
    const empty = uncertain.filter((_name, index) => bits & (1 << index));
    return { empty, pieces: piecesOf(nodes, empty) };
  });
}

function piecesOf(nodes: readonly WordNode[], empty: readonly WordVariableName[]): readonly Piece[] {
  return nodes.flatMap((node): readonly Piece[] => {
    if (node.kind === 'text') return [{ text: node.text, at: node.at, name: null }];
    if (node.kind === 'link') return [{ text: ' ', at: node.at, name: null, href: node.href }];
    if (node.kind === 'choice') return piecesOf(empty.includes(node.name) ? node.unsaid : node.said, empty);
    // The link is always printed with space around it, so it never joins what stands beside it.
    const standIn = node.name === 'accessLink' ? ' ' : ANY_VALUE;
    return empty.includes(node.name) ? [] : [{ text: standIn, at: node.at, name: node.name }];
  });
}

function checkSubject(nodes: readonly WordNode[], outcomes: readonly Outcome[]): readonly Mistake[] {
  if (variablesOf(nodes).has('accessLink'))
    return [
      { at: START, message: 'The access link cannot stand in a subject: locked screens show subjects.' },
    ];
  const blank = outcomes.find(
    ({ pieces }) => !pieces.some(({ text, name }) => name !== null || /[^\p{Z}\p{C}]/u.test(text)),
  );
  if (!blank) return [];
  const without = blank.empty.length > 0 ? ` where ${blank.empty.join(' and ')} is empty` : '';
  return [{ at: START, message: `A subject must say something, and this one says nothing${without}.` }];
}

const START: Place = { line: 1, column: 1 };

function checkLinks(kind: RegistrantKind, pieces: readonly Piece[], isSubject: boolean): readonly Mistake[] {
  const text = pieces.map((piece) => piece.text).join('');
  return findLinks(text).map(({ index }) => {
    const begin = index - (/\S*$/.exec(text.slice(Math.max(0, index - 30), index))?.[0].length ?? 0);
    const word = /^\S*/.exec(text.slice(begin))?.[0] ?? '';
    return {
      at: placeIn(pieces, begin),
      message: `Mail programs would make a link of ${quote(word.replaceAll(ANY_VALUE, 'X'))}. ${ruleOf(kind, word, isSubject)} If it is no link, put a space after the full stop.`,
    };
  });
}

/** Which links there may be instead of this one. */
function ruleOf(kind: RegistrantKind, word: string, isSubject: boolean): string {
  if (keepsLinks(kind)) {
    if (isSubject) return 'A subject can hold no link.';
    if (word.includes(ANY_VALUE)) return 'A link cannot be put together from variables: write it in full.';
    if (/[^\s@]@[^\s@]/u.test(word) && !word.includes('://'))
      return 'People can answer to the mail; {{replyTo}} names the address.';
    return 'Write links in full, beginning with https://.';
  }
  return wordVariables(kind).includes('accessLink')
    ? 'The only link that a text can hold is {{accessLink}}.'
    : 'The text of this kind of mail can hold no link.';
}

// What would seem to belong to a link that begins behind it, a value that may be anything included.
const BEFORE_LINK = new RegExp(`[\\p{L}\\p{N}\\p{M}${ANY_VALUE}_@./-]$`, 'u');

/** A typed link ends where a space or a punctuation mark is: what merging puts beside it would seem to be a part of it. */
function checkTypedLinks(pieces: readonly Piece[]): readonly Mistake[] {
  return pieces.flatMap((piece, i) => {
    if (piece.href === undefined) return [];
    const [before, after] = [pieces[i - 1], pieces[i + 1]];
    const touches =
      (before !== undefined && isPart(before) && BEFORE_LINK.test(before.text)) ||
      (after !== undefined &&
        isPart(after) &&
        /^[^\s.,;:!?'"’”»…*_~|)\]}>“„«（）「」、。，<]/u.test(after.text));
    if (!touches) return [];
    return [
      {
        at: piece.at,
        message: `Nothing may touch the link ${quote(piece.href)}: put a space between it and the variable or link beside it.`,
      },
    ];
  });
}

/** The access link has space around it. */
function isPart({ name }: Piece): boolean {
  return name !== 'accessLink';
}

/** Paragraphs and lists are the same for everybody: a condition stands within one of them. */
function checkParagraphs(nodes: readonly WordNode[]): readonly Mistake[] {
  return nodes.flatMap((node) =>
    node.kind === 'choice'
      ? [...node.said, ...node.unsaid].flatMap((one) => {
          if (one.kind === 'choice') return checkParagraphs([one]);
          const cut = one.kind === 'text' ? one.text.search(/\n[^\S\n]*\n|\n[^\S\n]*- /) : -1;
          return cut < 0 || one.kind !== 'text'
            ? []
            : [
                {
                  at: placeAt(one.text, cut + 1, one.at),
                  message:
                    'A condition must begin and end within one paragraph or list item: write one condition for each.',
                },
              ];
        })
      : [],
  );
}

/** Where the character at `index` of the pieces' joined text was written. */
function placeIn(pieces: readonly Piece[], index: number): Place {
  let rest = index;
  for (const { text, at, name, href } of pieces) {
    if (rest < text.length) return name || href ? at : placeAt(text, rest, at);
    rest -= text.length;
  }
  return START;
}

function bytesOf({ pieces }: Outcome): number {
  const all = pieces.map(({ text, name, href }) => {
    // Once as its address, and once to be read, with what makes it look like a link.
    if (href) return 2 * htmlBytes(href) + 100;
    return name ? wordVariable(name).bytes : htmlBytes(text);
  });
  return all.reduce((sum, bytes) => sum + bytes, 0);
}

function htmlBytes(text: string): number {
  return wireText(text.replace(/[&<>"']/g, '&quot;').replace(/\n/g, '<br/>\n')).length;
}
