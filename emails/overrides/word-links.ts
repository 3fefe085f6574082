import type { RegistrantKind } from '../../src/domain/kinds.ts';
import { isIpHost } from '../../src/lib/find-links.ts';
import { type Mistake, placeAt, quote, type WordNode } from './word-tree.ts';

/** Whether links that the team types stay in the text. Elsewhere the only link is the access link. */
export function keepsLinks(kind: RegistrantKind): boolean {
  return kind === 'announcement';
}

/** Of a link, as it stands in a mail: a line of it may have 998 octets (RFC 5321, 4.5.3.1.6), with what stands around it. */
const LONGEST_LINK = 900;

// One that begins within a word is found by `findLinks`, as all that only looks like a link.
const TYPED = /(?<![\p{L}\p{N}\p{M}_@./-])https:\/\/[^\s<>"“”„«»（）「」、。，]+/giu;
const AT_THE_END = /[.,;:!?'’…*_~|)\]}]$/u;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

interface Linked {
  readonly nodes: readonly WordNode[];
  readonly mistakes: readonly Mistake[];
}

/** The words with each link that was typed in full as a node of its own. One that may not be sent is a mistake and left out. */
export function withTypedLinks(nodes: readonly WordNode[]): Linked {
  const mistakes: Mistake[] = [];
  return { nodes: nodes.flatMap(read), mistakes };

  function read(node: WordNode): readonly WordNode[] {
    if (node.kind === 'text') return readText(node);
    if (node.kind !== 'choice') return [node];
    return [{ ...node, said: node.said.flatMap(read), unsaid: node.unsaid.flatMap(read) }];
  }

  function readText({ text, at }: WordNode & { readonly kind: 'text' }): readonly WordNode[] {
    const found: WordNode[] = [];
    let from = 0;
    const addText = (to: number) => {
      if (to > from) found.push({ kind: 'text', text: text.slice(from, to), at: placeAt(text, from, at) });
    };
    for (const { 0: run, index } of text.matchAll(TYPED)) {
      const typed = withoutPunctuation(run);
      const link = readLink(typed);
      addText(index);
      from = index + typed.length;
      const place = placeAt(text, index, at);
      if (link.mistake === null) found.push({ kind: 'link', href: link.href, at: place });
      else mistakes.push({ at: place, message: `The link ${quote(typed)} ${link.mistake}` });
    }
    addText(text.length);
    return found;
  }
}

type ReadLink =
  | { readonly href: string; readonly mistake: null }
  /** Ends a sentence that begins with the link. */
  | { readonly mistake: string };

function readLink(typed: string): ReadLink {
  if (INVISIBLE.test(typed)) return { mistake: 'holds an invisible character: type it anew.' };
  const url = URL.parse(typed);
  if (url?.protocol !== 'https:') return { mistake: 'is not a complete address.' };
  if (url.username || url.password) return { mistake: 'holds a user name or a password: take it out.' };
  if (isIpHost(url.hostname)) return { mistake: 'leads to an IP address: name the server by its domain.' };
  if (url.href.length > LONGEST_LINK)
    return { mistake: `is too long: a link may have ${LONGEST_LINK} characters.` };
  return { href: url.href, mistake: null };
}

/** Without the full stop of the sentence around it, and without a bracket that was opened before it. */
function withoutPunctuation(run: string): string {
  let typed = run;
  while (AT_THE_END.test(typed)) {
    const isPair = typed.endsWith(')') && count(typed, '(') >= count(typed, ')');
    if (isPair) break;
    typed = typed.slice(0, -1);
  }
  return typed;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
