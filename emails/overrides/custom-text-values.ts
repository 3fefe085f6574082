import { cacheBytes } from '../../src/domain/cache-budgets.ts';
import { CUSTOM_TEXT_FIELDS, type CustomText } from '../../src/domain/custom-text.ts';
import type { RegistrantKind } from '../../src/domain/kinds.ts';
import { shorten, singleLine } from '../../src/lib/clean-text.ts';
import { createLruCache } from '../../src/lib/lru-cache.ts';
import type { Direction } from '../copy/en.ts';
import type { CustomTextPart, OwnPiece, OwnText } from '../mail.ts';
import { keepsLinks, withTypedLinks } from './word-links.ts';
import { readWordTree, variablesOf, type WordNode, withUnixLines } from './word-tree.ts';
import type { WordVariableName } from './word-variables.ts';

/** Handlebars between its braces: a variable, or what opens, divides and ends a condition. */
export type WordExpression = WordVariableName | `#if ${WordVariableName}` | 'else' | '/if';
type Said<Read> = { readonly [Field in keyof CustomText]: Read | null };

// The words of a mail are the same for all its recipients, and each recipient's variables depend on them.
const remembered = createLruCache<readonly WordNode[]>({ bytes: cacheBytes('custom texts') });

/** Throws where words hold what `checkCustomText` would have refused for its form. */
function read(kind: RegistrantKind, words: CustomText): Said<readonly WordNode[]> {
  const [subject, introduction, signature] = CUSTOM_TEXT_FIELDS.map((field) => {
    const source = words[field] === null ? '' : withUnixLines(words[field]).trim();
    if (!source) return null;
    return remembered(`${kind} ${field} ${source}`, () => {
      const tree = readWordTree(kind, source);
      const { nodes, mistakes } =
        keepsLinks(kind) && field !== 'subject' ? withTypedLinks(tree.nodes) : { ...tree };
      const first = tree.mistakes[0] ?? mistakes[0];
      if (!first) return nodes;
      throw new Error(`The ${field} of a ${kind} mail's own words cannot be sent: ${first.message}`);
    });
  });
  return { subject: subject ?? null, introduction: introduction ?? null, signature: signature ?? null };
}

function all({ subject, introduction, signature }: Said<readonly WordNode[]>): readonly WordNode[] {
  return [subject, introduction, signature].flatMap((nodes) => nodes ?? []);
}

/** The recipient's values that these words need. */
export function ownVariables(kind: RegistrantKind, words: CustomText): readonly WordVariableName[] {
  return [...variablesOf(all(read(kind, words)))];
}

/** All expressions that these words are written with. */
export function ownExpressions(kind: RegistrantKind, words: CustomText): readonly WordExpression[] {
  return [...new Set(expressionsOf(all(read(kind, words))))];
}

function expressionsOf(nodes: readonly WordNode[]): readonly WordExpression[] {
  return nodes.flatMap((node): readonly WordExpression[] => {
    if (node.kind === 'text' || node.kind === 'link') return [];
    if (node.kind === 'value') return [node.name];
    const inside = [...expressionsOf(node.said), ...expressionsOf(node.unsaid)];
    return [`#if ${node.name}`, ...inside, 'else', '/if'];
  });
}

/** The words as content of a mail, with what `written` holds for each expression. */
export function writeCustomText(
  kind: RegistrantKind,
  words: CustomText,
  written: Readonly<Record<WordExpression, string>>,
): CustomTextPart {
  const { subject, introduction, signature } = read(kind, words);
  return {
    subject: subject && ownLine(ownText(subject, written)),
    introduction: introduction && ownText(introduction, written),
    signature: signature && ownText(signature, written),
    lead: introduction && keepsLinks(kind) ? leadOf(introduction, written) : null,
    greets: ['firstName', 'lastName'].some((name) =>
      variablesOf(introduction ?? []).has(name as WordVariableName),
    ),
  };
}

function ownText(nodes: readonly WordNode[], written: Readonly<Record<WordExpression, string>>): OwnText {
  const pieces: OwnPiece[] = [];
  write(nodes);
  return { pieces, direction: directionOf(lettersOf(nodes)) };

  function write(some: readonly WordNode[]): void {
    for (const node of some) {
      if (node.kind === 'text') add(node.text);
      else if (node.kind === 'link') add({ link: node.href });
      else if (node.kind === 'value')
        add(node.name === 'accessLink' ? { link: written.accessLink } : { value: written[node.name] });
      else {
        add(written[`#if ${node.name}`]);
        write(node.said);
        if (node.unsaid.length > 0) add(written.else);
        write(node.unsaid);
        add(written['/if']);
      }
    }
  }

  /** Text beside text is one piece: React would put a comment between two. */
  function add(piece: OwnPiece): void {
    const last = pieces.at(-1);
    if (typeof last === 'string' && typeof piece === 'string') pieces[pieces.length - 1] = last + piece;
    else pieces.push(piece);
  }
}

/** An inbox shows about this much of a text beside its subject. */
const LEAD_LENGTH = 85;
/** So much of it a value may be. */
const VALUE_LENGTH = 15;

/** How the text begins, in one line. What may be missing and links stay out: nothing there can be cut in two. */
function leadOf(
  nodes: readonly WordNode[],
  written: Readonly<Record<WordExpression, string>>,
): string | null {
  let lead = '';
  let length = 0;
  for (const node of nodes) {
    if (node.kind === 'text') {
      const text = node.text.replace(/\s+/g, ' ');
      lead += shorten(text, Math.max(1, LEAD_LENGTH - length));
      length += text.length;
    } else if (node.kind === 'value' && node.name !== 'accessLink') {
      lead += written[node.name];
      length += VALUE_LENGTH;
    }
    if (length >= LEAD_LENGTH) break;
  }
  return singleLine(lead) || null;
}

function ownLine({ pieces }: OwnText): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      return 'value' in piece ? piece.value : piece.link;
    })
    .join('');
}

function lettersOf(nodes: readonly WordNode[]): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text') return node.text;
      return node.kind === 'choice' ? lettersOf(node.said) + lettersOf(node.unsaid) : '';
    })
    .join('');
}

/** Which way the team writes, whatever the recipient's language; null: no letter tells. */
function directionOf(letters: string): Direction | null {
  const first = /\p{L}/u.exec(letters)?.[0];
  if (!first) return null;
  return /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(first)
    ? 'rtl'
    : 'ltr';
}
