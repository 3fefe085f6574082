import { z } from 'zod';
import type { FieldError } from './errors.ts';
import { LANGUAGES, type Language } from './locale.ts';
import { fieldName, personText, safeText } from './text.ts';

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

const localized = (max: number) =>
  z.union([
    safeText(max).min(1, 'is missing'),
    z
      .partialRecord(z.enum(LANGUAGES), safeText(max).min(1, 'is missing'))
      .refine((texts) => Object.keys(texts).length > 0, 'names no language'),
  ]);

/** The fields of a form, as the API takes them. */
export const formFieldsInput = z
  .array(
    z
      .strictObject({
        name: fieldName,
        label: localized(500),
        type: z.enum(FORM_FIELD_TYPES),
        options: z
          .array(safeText(200).min(1, 'is missing'))
          .max(100, 'at most 100 options')
          .refine((options) => new Set(options).size === options.length, 'names an option twice')
          .default([]),
        required: z.boolean().default(false),
        help: localized(1_000).nullable().default(null),
      })
      .refine(({ type, options }) => type !== 'select' || options.length > 0, {
        path: ['options'],
        message: 'a select needs options',
      })
      .refine(({ type, options }) => type === 'select' || options.length === 0, {
        path: ['options'],
        message: 'only a select has options',
      }),
  )
  .max(MAX_FORM_FIELDS, `at most ${MAX_FORM_FIELDS} fields`)
  .refine((fields) => new Set(fields.map(({ name }) => name)).size === fields.length, 'names a field twice');

/** In the reader's language, else in the event's, else in any. */
export function localizedText(text: LocalizedText, ...languages: readonly Language[]): string {
  if (typeof text === 'string') return text;
  const known = languages.find((language) => text[language] !== undefined);
  return (known && text[known]) ?? Object.values(text)[0] ?? '';
}

/** What can be wrong with what somebody gave for a field. */
export type FormFieldProblem = 'required' | 'invalid' | 'too_long';

export interface FormAnswers {
  /** What is kept: nothing for what was left empty. */
  readonly fields: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, FormFieldProblem>>;
  /** Names that the form does not have. */
  readonly unknown: readonly string[];
}

const TRUE = new Set(['yes', 'true', 'on', '1']);
const FALSE = new Set(['no', 'false', 'off', '0', '']);

/** Checks what somebody sent for the fields of a form. `requires`: whether what is required must be there. */
export function readFormAnswers(
  formFields: readonly FormField[],
  given: Readonly<Record<string, string>>,
  { requires }: { readonly requires: boolean },
): FormAnswers {
  const fields = new Map<string, string>();
  const problems = new Map<string, FormFieldProblem>();
  for (const field of formFields) {
    const value = Object.hasOwn(given, field.name) ? (given[field.name] ?? '') : '';
    const read = readAnswer(field, value);
    if ('problem' in read) problems.set(field.name, read.problem);
    else if (read.value !== '') fields.set(field.name, read.value);
    else if (field.required && requires) problems.set(field.name, 'required');
  }
  const known = new Set(formFields.map(({ name }) => name));
  return {
    fields: Object.fromEntries(fields),
    problems: Object.fromEntries(problems),
    unknown: Object.keys(given).filter((name) => !known.has(name)),
  };
}

function readAnswer(
  { type, options }: FormField,
  given: string,
): { readonly value: string } | { readonly problem: FormFieldProblem } {
  const text = given.trim();
  if (type === 'checkbox' || type === 'consent') {
    const folded = text.toLowerCase();
    if (TRUE.has(folded)) return { value: TICKED };
    return FALSE.has(folded) ? { value: '' } : { problem: 'invalid' };
  }
  if (text === '') return { value: '' };
  if (type === 'select') return options.includes(text) ? { value: text } : { problem: 'invalid' };
  if (text.length > MAX_FIELD_LENGTH) return { problem: 'too_long' };
  const checked = personText(MAX_FIELD_LENGTH, { lines: type === 'textarea' }).safeParse(
    text.replaceAll('\r\n', '\n'),
  );
  return checked.success ? { value: checked.data } : { problem: 'invalid' };
}

/** The same as errors for programs. */
export function formAnswerErrors(formFields: readonly FormField[], answers: FormAnswers): FieldError[] {
  const options = (name: string) => formFields.find((field) => field.name === name)?.options ?? [];
  const messages: Readonly<Record<FormFieldProblem, (name: string) => string>> = {
    required: () => 'is missing',
    too_long: () => `must have at most ${MAX_FIELD_LENGTH} characters`,
    invalid: (name) =>
      options(name).length > 0 ? `must be one of: ${options(name).join(', ')}` : 'cannot be taken as it is',
  };
  return [
    ...Object.entries(answers.problems).map(([name, problem]) => ({
      path: `fields.${name}`,
      message: messages[problem](name),
    })),
    ...answers.unknown.map((name) => ({
      path: `fields.${name}`,
      message: 'is not a field of this event’s form',
    })),
  ];
}
