import Handlebars from 'handlebars';
import { cacheBytes } from '../../src/domain/cache-budgets.ts';
import { calendarText, foldCalendar } from '../../src/domain/calendar.ts';
import { singleLine } from '../../src/lib/clean-text.ts';
import { createLruCache } from '../../src/lib/lru-cache.ts';
import { jsonText } from './data-block.ts';
import { LITERALS } from './placeholders.ts';
import type { MailParts } from './render.ts';
import { isWire, wireText } from './wire-html.ts';

type Variables = Readonly<Record<string, string>>;
/** What merging needs of a compiled template. */
export type MergeSource = MailParts & { readonly hash: string };
interface Merge {
  /** Of its source. */
  readonly characters: number;
  readonly subject: (variables: Variables) => string;
  readonly parts: (variables: Variables) => MailParts;
  readonly isWireHtml: boolean;
}

const handlebars = Handlebars.create();
// A template holds variables, and conditions where a team words it. Without other helpers no other name means
// anything else, and a merge is a little faster.
const HELPERS = {
  ...Object.fromEntries(Object.keys(handlebars.helpers).map((name) => [name, false])),
  if: true,
};
for (const name of Object.keys(handlebars.helpers)) handlebars.unregisterHelper(name);
// Handlebars' own takes a value that is marked as safe for one that is there, even when it is empty.
handlebars.registerHelper('if', function (this: unknown, value: unknown, options: Handlebars.HelperOptions) {
  return String(value) === '' ? options.inverse(this) : options.fn(this);
});

/** Handlebars' program of a template, by the characters of its source, as measured. */
const BYTES_A_CHARACTER = 12;
const remembered = createLruCache<Merge>({
  bytes: cacheBytes('templates ready to merge'),
  weigh: ({ characters }) => BYTES_A_CHARACTER * characters,
});

/** How a template names a value that stands in JSON: its own escaping, see `data-block.ts`. */
export function inJson(name: string): string {
  return `[${JSON_MARK}${name}]`;
}

const JSON_MARK = 'json:';

/**
 * One recipient's mail. The template's source is parsed once, later mails of the same hash take microseconds.
 * Throws where a variable is missing: a mail must fail rather than greet nobody.
 */
export function merge(source: MergeSource, variables: Variables): MailParts {
  return prepared(source).parts(variables);
}

/** Its subject alone, for where the rest is not needed yet. */
export function mergeSubject(source: MergeSource, variables: Variables): string {
  return prepared(source).subject(variables);
}

/** Whether the HTML of all its mails may travel as it is, but for the length of its lines: values are written so (`wire-html.ts`). */
export function isWireHtml(source: MergeSource): boolean {
  return prepared(source).isWireHtml;
}

function prepared(source: MergeSource): Merge {
  return remembered(source.hash, () => prepare(source));
}

function prepare(source: MergeSource): Merge {
  const subject = parse(source.subject, { noEscape: true, write: asItIs });
  // Escaping stays on: whatever is not marked as safe is escaped by Handlebars.
  const html = parse(source.html, { noEscape: false, write: inHtml });
  const text = parse(source.text, { noEscape: true, write: asItIs });
  const calendar = source.calendar && parse(source.calendar, { noEscape: true, write: calendarText });
  // The last gate before a header: no line break or control character passes.
  const subjectOf = (variables: Variables) => singleLine(subject(variables));
  const sources = [source.subject, source.html, source.text, source.calendar ?? ''];
  return {
    characters: sources.reduce((sum, { length }) => sum + length, 0),
    subject: subjectOf,
    parts: (variables) => ({
      subject: subjectOf(variables),
      html: html(variables),
      text: text(variables),
      calendar: calendar ? foldCalendar(calendar(variables)) : null,
    }),
    isWireHtml: isWire(source.html),
  };
}

interface PartOptions {
  readonly noEscape: boolean;
  /** How a value stands in this part; `isInJson` as in `data-block.ts`. */
  readonly write: (value: string, isInJson: boolean) => unknown;
}

/** A part of a mail, made of the values that it names. */
function parse(source: string, { noEscape, write }: PartOptions): (variables: Variables) => string {
  const template = handlebars.compile(source, {
    // A missing variable throws.
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: HELPERS,
    // CustomText were read by the rules for lines that hold nothing but a condition; what is left of them counts.
    ignoreStandalone: true,
    noEscape,
  });
  const names = namesIn(source);
  return (variables) => {
    // Without a prototype, so that `constructor` and the like are missing as any other name.
    const context: Record<string | symbol, unknown> = Object.create(null);
    // How it is called in Handlebars' complaint about a missing variable.
    context[Symbol.toPrimitive] = () => 'the variables';
    for (const { named, name, isInJson } of names) {
      // Without the value the name is missing.
      if (!Object.hasOwn(variables, name)) continue;
      const value: unknown = variables[name];
      if (typeof value !== 'string') throw new TypeError(`The mail's variable ${name} is no string.`);
      context[named] = write(value, isInJson);
    }
    for (const [name, character] of LITERAL_VALUES) context[name] = character;
    return template(context);
  };
}

/** A variable, and how a template names it. */
interface Named {
  readonly named: string;
  readonly name: string;
  readonly isInJson: boolean;
}

const LITERAL_VALUES = Object.entries(LITERALS).map(([character, name]) => [name, character] as const);

/** The variables that a template names. */
function namesIn(source: string): readonly Named[] {
  const names = new Set<string>();
  class Names extends Handlebars.Visitor {
    override PathExpression(path: hbs.AST.PathExpression): void {
      const [named] = path.parts;
      if (named !== undefined) names.add(named);
    }
  }
  new Names().accept(Handlebars.parse(source));
  return [...names].map((named) => {
    const isInJson = named.startsWith(JSON_MARK);
    return { named, name: isInJson ? named.slice(JSON_MARK.length) : named, isInJson };
  });
}

function asItIs(value: string): string {
  return value;
}

function inHtml(value: string, isInJson: boolean): Handlebars.SafeString {
  if (isInJson) return new Handlebars.SafeString(jsonText(value));
  return new Handlebars.SafeString(PLAIN.test(value) ? value : wireText(escapeHtml(value)));
}

/** What neither escaping nor `wireText` would change: most values. */
const PLAIN = /^[\x20!#-%(-;=?-~]*$/;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
};

/**
 * Escapes for text and quoted attributes as React does. Handlebars would also write `=` as an entity, which is
 * right, but breaks links for the many scanners that do not decode entities.
 */
function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
