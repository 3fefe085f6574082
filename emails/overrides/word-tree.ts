import Handlebars from 'handlebars';
import type { RegistrantKind } from '../../src/domain/kinds.ts';
import { shorten, singleLine } from '../../src/lib/clean-text.ts';
import { isWordVariable, nearestVariable, type WordVariableName, wordVariables } from './word-variables.ts';

/** Where in a source; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Mistake {
  readonly at: Place;
  readonly message: string;
}

/** What words are made of, once read: nothing else that Handlebars knows gets this far. */
export type WordNode =
  | { readonly kind: 'text'; readonly text: string; readonly at: Place }
  | { readonly kind: 'value'; readonly name: WordVariableName; readonly at: Place }
  /** Typed in full, where a kind of mail keeps such links: `withTypedLinks` makes them. */
  | { readonly kind: 'link'; readonly href: string; readonly at: Place }
  | {
      readonly kind: 'choice';
      readonly name: WordVariableName;
      /** Where the variable says something, */
      readonly said: readonly WordNode[];
      /** and where it is empty. */
      readonly unsaid: readonly WordNode[];
    };

export interface WordTree {
  readonly nodes: readonly WordNode[];
  readonly mistakes: readonly Mistake[];
}

/** Conditions within conditions: more than anyone can read. */
const DEEPEST = 8;

const BRACES = 'Braces stand around variables and conditions only, two on each side: {{eventTitle}}.';

/**
 * Reads words with Handlebars' own parser and keeps what a team may use. Takes any text and never throws; what
 * cannot be used is a mistake and left out.
 */
export function readWordTree(kind: RegistrantKind, source: string): WordTree {
  let program: hbs.AST.Program;
  try {
    program = Handlebars.parse(source);
  } catch (error) {
    return { nodes: [], mistakes: [explain(source, error)] };
  }
  const names = wordVariables(kind);
  const mistakes: Mistake[] = [];
  const nodes = readAll(program.body, 0);
  return { nodes, mistakes };

  function readAll(statements: readonly hbs.AST.Statement[], depth: number): readonly WordNode[] {
    return statements.flatMap((statement) => read(statement, depth) ?? []);
  }

  function read(statement: hbs.AST.Statement, depth: number): WordNode | null {
    const at = placeOf(statement);
    const written = () => quote(writtenAt(source, at));
    switch (statement.type) {
      case 'CommentStatement':
        return null;
      case 'ContentStatement':
        return readText(statement as hbs.AST.ContentStatement);
      case 'MustacheStatement':
        return readValue(statement as hbs.AST.MustacheStatement);
      case 'BlockStatement':
        if (depth < DEEPEST) return readChoice(statement as hbs.AST.BlockStatement, depth + 1);
        return mistake(at, `Conditions may stand within each other ${DEEPEST} deep, and no deeper.`);
      default:
        return mistake(
          at,
          `${written()} cannot be used: a text can hold variables, {{#if …}} and {{#unless …}}.`,
        );
    }
  }

  function readText(statement: hbs.AST.ContentStatement): WordNode | null {
    const text = statement.value;
    // Handlebars may have taken spaces and line breaks off both ends.
    const original = String(statement.original);
    const at = placeAt(original, original.indexOf(text), placeOf(statement));
    const brace = text.search(/[{}]/);
    if (brace < 0) return { kind: 'text', text, at };
    return mistake(placeAt(text, brace, at), BRACES);
  }

  function readValue({ path, params, hash, escaped, ...statement }: hbs.AST.MustacheStatement) {
    const at = placeOf(statement);
    const head = path as hbs.AST.PathExpression;
    if (['if', 'unless', 'each', 'with'].includes(head.original) && params.length > 0)
      return mistake(
        at,
        `A condition opens with {{#if …}} or {{#unless …}}, and ends with {{/if}} or {{/unless}}.`,
      );
    if (params.length > 0 || hash)
      return mistake(
        at,
        `${quote(writtenAt(source, at))} is not one variable: there is one name between the braces, and nothing else.`,
      );
    const name = nameOf(head);
    if (name && !escaped)
      return mistake(
        at,
        `Write {{${name}}}, with two braces: three or an & would let others’ markup into the mail.`,
      );
    return name && { kind: 'value' as const, name, at };
  }

  function readChoice(block: hbs.AST.BlockStatement, depth: number): WordNode | null {
    const { path, params, hash, program, inverse } = block;
    const at = placeOf(block);
    const opening = path.original as string;
    const isRaw = writtenAt(source, at).startsWith('{{{{');
    if ((opening !== 'if' && opening !== 'unless') || isRaw || program?.blockParams || inverse?.blockParams)
      return mistake(
        at,
        `${quote(writtenAt(source, at))} cannot be used: the only blocks are {{#if …}} and {{#unless …}}.`,
      );
    const [condition] = params;
    const isAlone = params.length === 1 && !hash && condition?.type !== 'SubExpression';
    const name = isAlone ? nameOf(condition as hbs.AST.PathExpression) : undefined;
    if (name === undefined)
      return mistake(at, `{{#${opening} …}} takes the name of one variable, and nothing else.`);
    const filled = readAll(program?.body ?? [], depth);
    const otherwise = readAll(inverse?.body ?? [], depth);
    if (!name) return null;
    return opening === 'if'
      ? { kind: 'choice', name, said: filled, unsaid: otherwise }
      : { kind: 'choice', name, said: otherwise, unsaid: filled };
  }

  /** Null: there is none, and the mistake is noted. */
  function nameOf(path: hbs.AST.PathExpression): WordVariableName | null {
    const written = String(path.original);
    const isName = path.type === 'PathExpression' && path.parts?.length === 1 && path.parts[0] === written;
    if (isName && isWordVariable(written)) {
      if (names.includes(written)) return written;
      return mistake(
        placeOf(path),
        `{{${written}}} says nothing in this kind of mail. There are: ${names.join(', ')}.`,
      );
    }
    const meant = nearestVariable(written, names);
    const help = meant ? `Did you mean {{${meant}}}?` : `There are: ${names.join(', ')}.`;
    return mistake(placeOf(path), `There is no variable ${quote(written)}. ${help}`);
  }

  function mistake(at: Place, message: string): null {
    mistakes.push({ at, message });
    return null;
  }
}

/** The variables that words print or decide by. */
export function variablesOf(nodes: readonly WordNode[]): ReadonlySet<WordVariableName> {
  const names = nodes.flatMap((node): readonly WordVariableName[] => {
    if (node.kind === 'text' || node.kind === 'link') return [];
    if (node.kind === 'value') return [node.name];
    return [node.name, ...variablesOf(node.said), ...variablesOf(node.unsaid)];
  });
  return new Set(names);
}

/** As a browser's form sends them, and as all else here counts them. */
export function withUnixLines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** The place of the character at `index` of a text that begins at `from`. */
export function placeAt(text: string, index: number, from: Place = { line: 1, column: 1 }): Place {
  const lines = text.slice(0, index).split('\n');
  const last = lines.at(-1) ?? '';
  if (lines.length === 1) return { line: from.line, column: from.column + last.length };
  return { line: from.line + lines.length - 1, column: last.length + 1 };
}

/** A few words of a source, fit for a message. */
export function quote(text: string): string {
  return `“${shorten(singleLine(text), 40)}”`;
}

function placeOf({ loc }: Pick<hbs.AST.Node, 'loc'>): Place {
  return { line: loc.start.line, column: loc.start.column + 1 };
}

/** The expression that stands at `at`. */
function writtenAt(source: string, { line, column }: Place): string {
  const rest = source
    .split('\n')
    .slice(line - 1)
    .join('\n')
    .slice(column - 1, column + 200);
  return /^\{\{[^}]*\}*/.exec(rest)?.[0] ?? rest;
}

/** Why Handlebars cannot read `source`: its own complaint names tokens of its grammar. */
function explain(source: string, error: unknown): Mistake {
  const open: { readonly name: string; readonly at: Place }[] = [];
  for (const { 0: tag, index } of source.matchAll(/\{\{(?:!--[\s\S]*?--~?\}\}|[^{}]*(?:\}\})?)/g)) {
    const at = placeAt(source, index);
    if (!tag.endsWith('}}'))
      return { at, message: `${quote(tag)} is not closed: end it with }}, and open it with {{.` };
    if (/^\{\{~?!/.test(tag)) continue;
    if (source[index + tag.length] === '}') return { at, message: BRACES };
    const [, sign, name = ''] = /^\{\{~?\s*([#^/]?)\s*([^\s~}]*)/.exec(tag) ?? [];
    if (name === 'else' || (sign === '^' && !name)) {
      if (open.length === 0) return { at, message: `${quote(tag)} stands outside of a condition.` };
    } else if (sign === '/') {
      const opened = open.pop();
      if (!opened) return { at, message: `${quote(tag)} closes nothing.` };
      if (opened.name !== name)
        return {
          at,
          message: `${quote(tag)} closes {{#${shorten(opened.name, 40)} …}} of line ${opened.at.line}, column ${opened.at.column}: write {{/${shorten(opened.name, 40)}}}.`,
        };
    } else {
      if (!isReadable(sign ? `${tag}{{/${name}}}` : tag))
        return { at, message: `${quote(tag)} is neither a variable nor a condition.` };
      if (sign) open.push({ name, at });
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) {
    const name = shorten(unclosed.name, 40);
    return { at: unclosed.at, message: `{{#${name} …}} is not closed: write {{/${name}}} where it ends.` };
  }
  const line = Number(/line (\d+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? 1);
  return { at: { line, column: 1 }, message: 'This line cannot be read as Handlebars.' };
}

function isReadable(source: string): boolean {
  try {
    return Boolean(Handlebars.parseWithoutProcessing(source));
  } catch {
    return false;
  }
}
