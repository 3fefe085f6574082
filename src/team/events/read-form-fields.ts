import type { FieldError } from '../../domain/errors.ts';
import type { Event } from '../../domain/event.ts';
import {
  type FormField,
  type LocalizedText,
  localizedText,
  MAX_FORM_FIELDS,
  nameFromLabel,
} from '../../domain/form-fields.ts';
import { LANGUAGES, type Language, languageFor } from '../../domain/locale.ts';
import { languageName } from '../parts/language-options.ts';

// The fields of the registration form, as rows of the event's form: inputs are called `field0Label`, and `field0Label-de` for the
// same in another language.

type Form = Readonly<Record<string, string>>;

/** What a row consists of, in its order. `Was`: the name that the field is saved under. */
export const FORM_FIELD_PARTS = [
  { part: 'Type', label: 'type' },
  { part: 'Label', label: 'label' },
  { part: 'Help', label: 'help' },
  { part: 'Options', label: 'options' },
  { part: 'Required', label: 'required' },
  { part: 'Name', label: 'name' },
  { part: 'Was', label: 'name' },
] as const;
type Part = (typeof FORM_FIELD_PARTS)[number]['part'];

/** The id of the rows as a whole, and of what is wrong with them. */
export const FORM_FIELDS = 'formFields';
/** The input that says in which language the texts are that no other language is said of. */
export const MAIN_LANGUAGE = 'fieldLanguage';
/** The input that names the other languages that the rows have texts in. */
export const MORE_LANGUAGES = 'fieldLanguages';
/** The language that "Add language" adds. */
export const ADDED_LANGUAGE = 'addLanguage';
/** What a button of the rows is to do: `add`, `remove 2`, `up 2`, `down 2`, `language`, `language-out de`. */
export const ROW_ACTION = 'row';

const INPUT = new RegExp(
  `^field(\\d{1,3})((?:${FORM_FIELD_PARTS.map(({ part }) => part).join('|')})(?:-[a-z]{2})?)$`,
);

/** What is in a row, by what follows `field0` in the names of its inputs. */
type Row = Readonly<Record<string, string>>;

/** A row with the number that its inputs have. */
interface NumberedRow {
  readonly row: number;
  readonly inputs: Row;
}

function rowsOf(form: Form): readonly NumberedRow[] {
  const rows = new Map<number, Record<string, string>>();
  for (const [name, value] of Object.entries(form)) {
    const [, row, part = ''] = INPUT.exec(name) ?? [];
    if (row === undefined) continue;
    const inputs = rows.get(Number(row)) ?? {};
    rows.set(Number(row), { ...inputs, [part]: value });
  }
  return [...rows].map(([row, inputs]) => ({ row, inputs })).sort((a, b) => a.row - b.row);
}

/** The numbers of the rows that a form has. */
export function rowNumbers(form: Form): readonly number[] {
  return rowsOf(form).map(({ row }) => row);
}

/** The languages in which a form has texts: that of its event first. */
export function formLanguages(form: Form): readonly [Language, ...Language[]] {
  const main = languageFor(form[MAIN_LANGUAGE], form.locale);
  const more = (form[MORE_LANGUAGES] ?? '').split(',');
  return [main, ...LANGUAGES.filter((language) => language !== main && more.includes(language))];
}

/** The input of a part that is said in several languages. */
export function inLanguage(part: 'Label' | 'Help', language: Language, main: Language): string {
  return language === main ? part : `${part}-${language}`;
}

/** A field as the form says it, the row that it stands in, and the name under which it is saved (null: it is new). */
export interface FormFieldReading {
  readonly row: number;
  readonly was: string | null;
  readonly field: unknown;
}

export function readFormFields(form: Form, event: Event | null): FormFieldReading[] {
  const [main, ...more] = formLanguages(form);
  const languages = { main, isAll: form[MORE_LANGUAGES] !== undefined };
  const rows = rowsOf(form).filter(({ inputs }) => !isUntouched(inputs));
  const taken = new Set(rows.map(({ inputs }) => inputs.Name?.trim() || inputs.Was || ''));
  return rows.map(({ row, inputs }) => {
    const of = (part: string) => inputs[part]?.replace(/\s*\n\s*/g, ' ').trim() ?? '';
    const texts = (part: 'Label' | 'Help') =>
      new Map([main, ...more].map((language) => [language, of(inLanguage(part, language, main))]));
    const was = of('Was') || null;
    const before = event?.formFields.find((known) => known.name === (was ?? of('Name')));
    const label = localized(texts('Label'), before?.label, languages);
    const name = of('Name') || was || nameFromLabel(localizedText(label ?? '', main), taken);
    taken.add(name);
    const type = of('Type');
    return {
      ...{ row, was },
      field: {
        ...{ name, label: label ?? '', type, required: of('Required') === 'yes' },
        options: type === 'select' ? lines(inputs.Options ?? '') : [],
        help: localized(texts('Help'), before?.help ?? undefined, languages),
      },
    };
  });
}

/** A row that was added and left as it is says nothing. */
function isUntouched(inputs: Row): boolean {
  return (
    !inputs.Was &&
    (inputs.Type ?? 'text') === 'text' &&
    Object.entries(inputs).every(([part, value]) => part === 'Type' || value.trim() === '')
  );
}

function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
}

/**
 * A plain text as long as there is none in another language; what says the same as before stays as it was. Null: nothing. `isAll`: the form
 * shows all languages that there are.
 */
function localized(
  shown: ReadonlyMap<Language, string>,
  before: LocalizedText | undefined,
  { main, isAll }: { readonly main: Language; readonly isAll: boolean },
): LocalizedText | null {
  const known = typeof before === 'object' ? Object.keys(before) : [];
  const isSame =
    before !== undefined && [...shown].every(([one, text]) => text === textIn(before, one, main));
  if (isSame && (!isAll || known.every((language) => shown.has(language as Language)))) return before;
  const said = [...shown].filter(([, text]) => text !== '');
  const [only] = said;
  if (!only) return null;
  return said.length === 1 && only[0] === main ? only[1] : Object.fromEntries(said);
}

function textIn(text: LocalizedText, language: Language, main: Language): string {
  if (typeof text === 'string') return language === main ? text : '';
  return text[language] ?? '';
}

/** The fields of an event as rows. */
export function formFieldValues({ formFields, locale }: Event): Record<string, string> {
  const main = languageFor(locale);
  const used = formFields
    .flatMap(({ label, help }) => [label, help ?? ''])
    .flatMap((text) => (typeof text === 'string' ? [] : Object.keys(text)));
  const more = LANGUAGES.filter((language) => language !== main && used.includes(language));
  const rows = formFields.map(
    ({ name, label, type, options, required, help }): Row => ({
      ...{ Was: name, Name: name, Type: type, Options: options.join('\n') },
      ...Object.fromEntries(
        [main, ...more].flatMap((language) => [
          [inLanguage('Label', language, main), textIn(label, language, main)],
          [inLanguage('Help', language, main), textIn(help ?? '', language, main)],
        ]),
      ),
      ...(required && { Required: 'yes' }),
    }),
  );
  return { ...written(rows), [MAIN_LANGUAGE]: main, [MORE_LANGUAGES]: more.join(',') };
}

function written(rows: readonly Row[]): Record<string, string> {
  return Object.fromEntries(
    rows.flatMap((row, i) => Object.entries(row).map(([part, value]) => [`field${i}${part}`, value])),
  );
}

/** The form with its rows as one of their buttons makes them; null: none was pressed. Nothing else of it changes. */
export function editFormFields(form: Form): Form | null {
  const { [ROW_ACTION]: action, ...said } = form;
  if (action === undefined) return null;
  const [verb, what = ''] = action.split(' ');
  const others = Object.fromEntries(Object.entries(said).filter(([name]) => !INPUT.test(name)));
  const rows = rowsOf(said);
  const at = rows.findIndex(({ row }) => String(row) === what);
  const all = rows.map(({ inputs }) => inputs);
  const languages = formLanguages(form);
  const withLanguages = (more: readonly string[]) => ({
    ...{ ...others, [MAIN_LANGUAGE]: languages[0], [MORE_LANGUAGES]: more.join(',') },
  });
  switch (verb) {
    case 'add':
      return { ...others, ...written(all.length < MAX_FORM_FIELDS ? [...all, { Type: 'text' }] : all) };
    case 'remove':
      return { ...others, ...written(at < 0 ? all : all.toSpliced(at, 1)) };
    case 'up':
      return { ...others, ...written(swapped(all, at, at - 1)) };
    case 'down':
      return { ...others, ...written(swapped(all, at, at + 1)) };
    case 'language':
      return { ...withLanguages([...languages.slice(1), form[ADDED_LANGUAGE] ?? '']), ...written(all) };
    case 'language-out': {
      const without = all.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([part]) => !part.endsWith(`-${what}`))),
      );
      return { ...withLanguages(languages.slice(1).filter((one) => one !== what)), ...written(without) };
    }
    default:
      return { ...others, ...written(all) };
  }
}

function swapped(rows: readonly Row[], one: number, other: number): readonly Row[] {
  const [a, b] = [rows[one], rows[other]];
  return a && b ? rows.with(one, b).with(other, a) : rows;
}

/** An error of `formFields.1.options.2` is one of the input in that row. */
export function atItsRow(error: FieldError, readings: readonly FormFieldReading[], form: Form): FieldError {
  const [, index, part = 'name', more] = /^formFields\.(\d+)(?:\.(\w+))?(?:\.(\w+))?/.exec(error.path) ?? [];
  const row = index === undefined ? undefined : readings[Number(index)]?.row;
  if (row === undefined) return error;
  const named = `${part[0]?.toUpperCase()}${part.slice(1)}`;
  const language = LANGUAGES.find((one) => one === more);
  if (language && (named === 'Label' || named === 'Help'))
    return { ...error, path: `field${row}${inLanguage(named, language, formLanguages(form)[0])}` };
  // Lines that are empty are no options.
  if (named === 'Options' && more !== undefined)
    return { message: `(number ${Number(more) + 1}) ${error.message}`, path: `field${row}Options` };
  return { ...error, path: `field${row}${named}` };
}

/** `Field 3: its label (German)`; null: the input is none of a row's. */
export function rowInputLabel(id: string): string | null {
  const [, row, part = ''] = INPUT.exec(id) ?? [];
  if (row === undefined) return null;
  const [name = '', language] = part.split('-');
  const of = FORM_FIELD_PARTS.find((one) => one.part === (name as Part))?.label ?? 'name';
  return `Field ${Number(row) + 1}: its ${of}${language ? ` (${languageName(language)})` : ''}`;
}

/** Where the input stands among those of the rows. */
export function rowInputOrder(id: string): number {
  const [, row = 0, part = ''] = INPUT.exec(id) ?? [];
  const place = FORM_FIELD_PARTS.findIndex((one) => part.startsWith(one.part));
  return Number(row) + (place + 1) / (FORM_FIELD_PARTS.length + 2);
}

/** The names that fields get, by those that they have. */
export function renamedFields(readings: readonly FormFieldReading[]): ReadonlyMap<string, string> {
  return new Map(
    readings.flatMap(({ was, field }) => {
      const { name } = field as Pick<FormField, 'name'>;
      return was !== null && was !== name ? [[was, name] as const] : [];
    }),
  );
}
