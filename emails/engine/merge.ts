import Handlebars from 'handlebars';
import { cacheBytes } from '../../src/domain/cache-budgets.ts';
import { calendarText, foldCalendar } from '../../src/domain/calendar.ts';
import { singleLine } from '../../src/lib/clean-text.ts';
import { createLruCache } from '../../src/lib/lru-cache.ts';
import { jsonText } from './data-block.ts';
import { LITERALS } from './placeholders.ts';
import type { MailParts } from './render.ts';
import { wireText } from './wire-html.ts';

type Variables = Readonly<Record<string, string>>;
/** What merging needs of a compiled template. */
export type MergeSource = MailParts & { readonly hash: string };
interface Merge {
  /** Of its source. */
  readonly characters: number;
  readonly subject: (variables: Variables) => string;
  readonly parts: (variables: Variables) => MailParts;
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
// What a text says cannot look like it: its braces come in as values.
const IN_JSON = /\{\{\[json:(\w+)\]\}\}/g;

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

function prepared(source: MergeSource): Merge {
  return remembered(source.hash, () => prepare(source));
}

function prepare(source: MergeSource): Merge {
  const subject = parse(source.subject, { noEscape: true });
  // Escaping stays on: whatever is not marked as safe below is escaped by Handlebars.
  const html = parse(source.html, { noEscape: false });
  const text = parse(source.text, { noEscape: true });
  const calendar = source.calendar === null ? null : parse(source.calendar, { noEscape: true });
  const namesInJson = new Set([...source.html.matchAll(IN_JSON)].map(([, name = '']) => name));
  // The last gate before a header: no line break or control character passes.
  const subjectOf = (plain: Record<string, unknown>) => singleLine(subject(plain));
  const sources = [source.subject, source.html, source.text, source.calendar ?? ''];
  return {
    characters: sources.reduce((sum, { length }) => sum + length, 0),
    subject: (variables) => subjectOf(context(variables, (value) => value)),
    parts: (variables) => {
      const plain = context(variables, (value) => value);
      return {
        subject: subjectOf(plain),
        html: html(htmlContext(variables, namesInJson)),
        text: text(plain),
        calendar: calendar && foldCalendar(calendar(context(variables, calendarText))),
      };
    },
  };
}

function parse(source: string, { noEscape }: { readonly noEscape: boolean }): HandlebarsTemplateDelegate {
  // strict: a missing variable throws.
  return handlebars.compile(source, {
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: HELPERS,
    // CustomText were read by the rules for lines that hold nothing but a condition; what is left of them counts.
    ignoreStandalone: true,
    noEscape,
  });
}

/** Without a prototype, so that `constructor` and the like are missing as any other name. */
function context(variables: Variables, write: (value: string) => unknown): Record<string | symbol, unknown> {
  const written: Record<string | symbol, unknown> = Object.create(null);
  // How it is called in Handlebars' complaint about a missing variable.
  written[Symbol.toPrimitive] = () => 'the variables';
  for (const [character, name] of Object.entries(LITERALS)) written[name] = character;
  for (const name in variables) {
    const value: unknown = variables[name];
    if (typeof value !== 'string') throw new TypeError(`The mail's variable ${name} is no string.`);
    written[name] = write(value);
  }
  return written;
}

function htmlContext(variables: Variables, namesInJson: ReadonlySet<string>) {
  const written = context(variables, (value) => safe(wireText(escapeHtml(value))));
  // Without the value the name is missing, as any other.
  for (const name of namesInJson)
    if (Object.hasOwn(variables, name))
      written[`${JSON_MARK}${name}`] = safe(jsonText(variables[name] ?? ''));
  return written;
}

function safe(text: string): Handlebars.SafeString {
  return new Handlebars.SafeString(text);
}

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
