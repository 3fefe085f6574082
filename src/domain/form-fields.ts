import { z } from 'zod';
import { COLUMNS, fileName } from './columns.ts';
import type { FieldError } from './errors.ts';
import { LANGUAGES, type Language, languageFor } from './locale.ts';
import { fieldName, NO_FIELD, personText, safeText } from './text.ts';

export const FORM_FIELD_TYPES = ['text', 'textarea', 'select', 'checkbox', 'consent'] as const;
export type FormFieldType = (typeof FORM_FIELD_TYPES)[number];

/** At most so many of an event's form. */
export const MAX_FORM_FIELDS = 30;
/** At most so many names of fields may the registrants of one event have, wherever they come from. */
export const MAX_FIELD_NAMES = 50;
/** The longest value of a field, in characters. */
export const MAX_FIELD_LENGTH = 2_000;
/** What a ticked checkbox or consent is kept as. */
export const TICKED = 'yes';

/** The same for everybody, or by language. */
export type LocalizedText = string | Readonly<Partial<Record<Language, string>>>;

/** One thing that the public form asks for beside address and name. */
export interface FormField {
  readonly name: string;
  readonly label: LocalizedText;
  readonly type: FormFieldType;
  /** Of a select; of the others none. */
  readonly options: readonly string[];
  readonly required: boolean;
  readonly help: LocalizedText | null;
}

/** The longest label of a field, help and option, in characters; and the most options of a select. */
export const MAX_LABEL_LENGTH = 500;
/** The same of a consent, whose label is all that people agree to. */
export const MAX_WORDING_LENGTH = 2_000;
export const MAX_HELP_LENGTH = 1_000;
export const MAX_OPTION_LENGTH = 200;
export const MAX_OPTIONS = 100;

const TEXTS = `a text, or texts by language (${LANGUAGES.join(', ')})`;

const localized = (max: number) =>
  z.union(
    [
      safeText(max).min(1, 'is missing'),
      z
        .partialRecord(z.enum(LANGUAGES), safeText(max).min(1, 'is missing'))
        .refine((texts) => Object.keys(texts).length > 0, 'names no language'),
    ],
    { error: ({ input }) => (input === undefined ? 'is missing' : `must be ${TEXTS}`) },
  );

/** As names are compared with those of columns: `First name`, `first_name` and `firstName` are one. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

const COLUMN_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(COLUMNS).flatMap((key) => [key, fileName(key)].map(bare)),
  ...['fields', 'further_fields', 'consents'].map(bare),
]);

/** Whether files and the API have a column of ours that is called so. */
export function isColumnName(name: string): boolean {
  return COLUMN_NAMES.has(bare(name));
}

const option = z
  .string()
  .refine((text) => !/[\r\n]/.test(text.trim()), { error: 'must be one line', abort: true })
  .pipe(safeText(MAX_OPTION_LENGTH).min(1, 'is missing'))
  .describe(`One line, at most ${MAX_OPTION_LENGTH} characters`);

/** The first one that is there before; null: none is. */
function firstTwice(texts: readonly string[]): { readonly text: string; readonly index: number } | null {
  const index = texts.findIndex((text, i) => texts.indexOf(text) < i);
  return index < 0 ? null : { text: texts[index] ?? '', index };
}

const shortened = (text: string) => (text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text);

const options = z
  .array(option)
  .max(MAX_OPTIONS, `must be at most ${MAX_OPTIONS}`)
  .superRefine((texts, context) => {
    const twice = firstTwice(texts);
    if (twice) context.addIssue({ code: 'custom', message: `have one twice: ${shortened(twice.text)}` });
  });

/** The fields of a form, as the API takes them. */
export const formFieldsInput = z
  .array(
    z
      .strictObject({
        name: fieldName
          .refine((name) => !isColumnName(name), {
            error: 'is what a column of every registrant is called: choose another name',
          })
          .describe(
            'What `fields` of a registrant, exports and filters know the field by; it keeps the answers when the label changes. Not what a column of every registrant is called, as `email` or `first_name`',
          ),
        // How long it may be depends on the type: said below, once.
        label: localized(10 * MAX_WORDING_LENGTH).describe(
          `What people read: ${TEXTS}; who reads another language gets that of the event, else any. At most ${MAX_LABEL_LENGTH} characters. Of a consent: exactly what they agree to, at most ${MAX_WORDING_LENGTH}; it is kept with each consent`,
        ),
        type: z
          .enum(FORM_FIELD_TYPES)
          .describe(
            `\`text\`: one line. \`textarea\`: several. Both at most ${MAX_FIELD_LENGTH} characters. \`select\`: one of the options. \`checkbox\`, \`consent\`: kept as \`${TICKED}\`, or not at all`,
          ),
        options: options.default([]).describe('Of a select, in their order, none twice'),
        required: z
          .boolean()
          .default(false)
          .describe(
            'By the public form, and on the registrant’s own page but for a consent: it can be withdrawn. Not over the API, nor in imports',
          ),
        help: localized(MAX_HELP_LENGTH).nullable().default(null).describe('Beside the field, as `label`'),
      })
      .superRefine(({ type, label }, context) => {
        const most = type === 'consent' ? MAX_WORDING_LENGTH : MAX_LABEL_LENGTH;
        if (longestOf(label) > most)
          context.addIssue({
            ...{ code: 'custom', path: ['label'], message: `must have at most ${most} characters` },
          });
      })
      .refine(({ type, options }) => type !== 'select' || options.length > 0, {
        path: ['options'],
        message: 'are missing: a select needs at least one',
      })
      .refine(({ type, options }) => type === 'select' || options.length === 0, {
        path: ['options'],
        message: 'must be empty: only a select has options',
      }),
  )
  .max(MAX_FORM_FIELDS, `at most ${MAX_FORM_FIELDS} fields`)
  .superRefine((fields, context) => {
    const twice = firstTwice(fields.map(({ name }) => name));
    if (twice)
      context.addIssue({
        ...{ code: 'custom', path: [twice.index, 'name'] },
        message: `is another field’s name: ${shortened(twice.text)}`,
      });
  });

function longestOf(text: LocalizedText): number {
  return Math.max(
    0,
    ...(typeof text === 'string' ? [text] : Object.values(text)).map(({ length }) => length),
  );
}

const LONGEST_MADE_NAME = 40;

/** A field's name, from its label: `Company size` → `company_size`. None of `taken`, and no column's. */
export function nameFromLabel(label: string, taken: ReadonlySet<string>): string {
  const words = label
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
  const cut =
    words.length <= LONGEST_MADE_NAME
      ? words
      : words
          .slice(0, LONGEST_MADE_NAME + 1)
          .replace(/(.{8,})_.*$/u, '$1')
          .slice(0, LONGEST_MADE_NAME)
          .toWellFormed();
  const name = cut.replace(/\ufffd/g, '').replace(/_+$/, '') || 'field';
  const isFree = (one: string) => !taken.has(one) && !isColumnName(one) && one !== NO_FIELD;
  if (isFree(name)) return name;
  let count = 2;
  while (!isFree(`${name}_${count}`)) count++;
  return `${name}_${count}`;
}

/** In the reader's language, else in the event's, else in any. */
export function localizedText(text: LocalizedText, ...languages: readonly Language[]): string {
  if (typeof text === 'string') return text;
  const known = languages.find((language) => text[language] !== undefined);
  return (known && text[known]) ?? Object.values(text)[0] ?? '';
}

/** Whether an answer is a tick. */
export function isTick({ type }: Pick<FormField, 'type'>): boolean {
  return type === 'checkbox' || type === 'consent';
}

/** A label that stands in a line with others. */
const LONGEST_SHORT_LABEL = 60;

/** A label as it is written over a column: of a consent's wording the beginning. */
export function shortLabel(text: string): string {
  if (text.length <= LONGEST_SHORT_LABEL) return text;
  return `${text
    .slice(0, LONGEST_SHORT_LABEL - 1)
    .toWellFormed()
    .trimEnd()}…`;
}

/** Of several fields with one label. */
export function namedLabel(label: string, name: string): string {
  return `${label} (${name})`;
}

export type Form = { readonly formFields: readonly FormField[]; readonly locale: string };

/** What the team reads as the names of the form's fields, by name: their labels in the event's language, no two the same. */
export function fieldLabels({ formFields, locale }: Form): ReadonlyMap<string, string> {
  const labels = formFields.map(
    ({ name, label }) => [name, shortLabel(localizedText(label, languageFor(locale)))] as const,
  );
  const count = Map.groupBy(labels, ([, label]) => label);
  return new Map(
    labels.map(([name, label]) => [
      name,
      (count.get(label)?.length ?? 0) > 1 ? namedLabel(label, name) : label,
    ]),
  );
}

/** The names of the form's fields in its order, and after them those that registrants have beside. */
export function inFormOrder(
  { formFields }: Pick<Form, 'formFields'>,
  used: readonly string[],
): readonly string[] {
  const asked = formFields.map(({ name }) => name);
  return [...asked, ...used.filter((name) => !asked.includes(name))];
}

/** What can be wrong with what somebody gave for a field. `changed`: the wording of a consent, since they saw it. */
export type FormFieldProblem = 'required' | 'invalid' | 'too_long' | 'changed';

export interface FormAnswers {
  /** What is kept: nothing for what was left empty. */
  readonly fields: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, FormFieldProblem>>;
  /** Names that the form does not have. */
  readonly unknown: readonly string[];
}

/** As forms, programs and spreadsheets write them, in the languages that we have; folded. */
export const TRUE_WORDS: ReadonlySet<string> = new Set([
  ...[
    'yes',
    'y',
    'true',
    'on',
    '1',
    'x',
    'checked',
    'ticked',
    '✓',
    '✔',
    '☑',
    'ja',
    'wahr',
    'oui',
    'vrai',
    'sí',
    'si',
  ],
  ...['verdadero', 'sim', 'verdadeiro', 'はい', 'نعم'],
]);
export const FALSE_WORDS: ReadonlySet<string> = new Set([
  ...[
    'no',
    'n',
    'false',
    'off',
    '0',
    '',
    '-',
    'unchecked',
    '✗',
    '☐',
    'nein',
    'falsch',
    'non',
    'faux',
    'falso',
    'não',
  ],
  ...['いいえ', 'لا'],
]);

const LINE = personText(MAX_FIELD_LENGTH);
const LINES = personText(MAX_FIELD_LENGTH, { lines: true });

/**
 * Checks what somebody sent for the fields of a form. `requires`: whether what is required must be there; `but_consents`: a
 * consent can be withdrawn at any time.
 */
export function readFormAnswers(
  formFields: readonly FormField[],
  given: Readonly<Record<string, string>>,
  { requires }: { readonly requires: boolean | 'but_consents' },
): FormAnswers {
  const fields = new Map<string, string>();
  const problems = new Map<string, FormFieldProblem>();
  for (const field of formFields) {
    const value = Object.hasOwn(given, field.name) ? (given[field.name] ?? '') : '';
    const read = readAnswer(field, value);
    if ('problem' in read) problems.set(field.name, read.problem);
    else if (read.value !== '') fields.set(field.name, read.value);
    else if (field.required && isAsked(field, requires)) problems.set(field.name, 'required');
  }
  const known = new Set(formFields.map(({ name }) => name));
  return {
    fields: Object.fromEntries(fields),
    problems: Object.fromEntries(problems),
    unknown: Object.keys(given).filter((name) => !known.has(name)),
  };
}

function isAsked({ type }: FormField, requires: boolean | 'but_consents'): boolean {
  return requires === 'but_consents' ? type !== 'consent' : requires;
}

function readAnswer(
  { type, options }: FormField,
  given: string,
): { readonly value: string } | { readonly problem: FormFieldProblem } {
  const text = given.trim();
  if (isTick({ type })) {
    const folded = fold(text);
    if (TRUE_WORDS.has(folded)) return { value: TICKED };
    return FALSE_WORDS.has(folded) ? { value: '' } : { problem: 'invalid' };
  }
  if (text === '') return { value: '' };
  if (type === 'select') {
    const chosen = findOption(options, text);
    return chosen === null ? { problem: 'invalid' } : { value: chosen };
  }
  if (text.length > MAX_FIELD_LENGTH) return { problem: 'too_long' };
  const checked = (type === 'textarea' ? LINES : LINE).safeParse(text.replaceAll('\r\n', '\n'));
  return checked.success ? { value: checked.data } : { problem: 'invalid' };
}

/** The option that is meant: itself, else the only one that differs in case, spaces or kinds of dashes alone. */
function findOption(options: readonly string[], text: string): string | null {
  if (options.includes(text)) return text;
  const [meant, ...others] = options.filter((option) => fold(option) === fold(text));
  return meant === undefined || others.length > 0 ? null : meant;
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s*[\p{Pd}\u2212]\s*/gu, '-')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * What the team hands in for a registrant, over the API or in a file: fields of the form as the form would take them, though none of
 * them must be there; others as they are. `errors`: of the form's fields, those that cannot be taken, by name; they are not in `fields`.
 */
export function readTeamAnswers(
  formFields: readonly FormField[],
  given: Readonly<Record<string, string>>,
): { readonly fields: Record<string, string>; readonly errors: ReadonlyMap<string, string> } {
  const { fields, problems, unknown } = readFormAnswers(formFields, given, { requires: false });
  const others = unknown.map((name) => [name, given[name] ?? ''] as const);
  const errors = Object.entries(problems).map(
    ([name, problem]) => [name, problemText(formFields, name, problem)] as const,
  );
  return { fields: { ...fields, ...Object.fromEntries(others) }, errors: new Map(errors) };
}

/** What is wrong with what the public form was sent, as errors for programs. */
export function formAnswerErrors(formFields: readonly FormField[], answers: FormAnswers): FieldError[] {
  return [
    ...Object.entries(answers.problems).map(([name, problem]) => ({
      path: `fields.${name}`,
      message: problemText(formFields, name, problem),
    })),
    ...answers.unknown.map((name) => ({
      path: `fields.${name}`,
      message: 'is not a field of this event’s form',
    })),
  ];
}

function problemText(formFields: readonly FormField[], name: string, problem: FormFieldProblem): string {
  const { type, options } = formFields.find((field) => field.name === name) ?? { type: 'text', options: [] };
  if (problem === 'required') return 'is missing';
  if (problem === 'too_long') return `must have at most ${MAX_FIELD_LENGTH} characters`;
  if (problem === 'changed') return 'has another wording by now';
  if (type === 'select') return `must be one of: ${someOf(options)}`;
  return type === 'text' || type === 'textarea' ? 'cannot be taken as it is' : 'must be yes or no';
}

/** A form may have 20,000 characters of options, and each row of a file may name another one. */
const LONGEST_LIST = 300;

function someOf(options: readonly string[]): string {
  const all = options.join(', ');
  if (all.length <= LONGEST_LIST) return all;
  let shown = options.length;
  while (shown > 1 && options.slice(0, shown).join(', ').length > LONGEST_LIST) shown--;
  return `${options.slice(0, shown).join(', ')} … (${options.length} in all)`;
}
