import type { Event } from '../../domain/event.ts';
import { type FormField, isTick } from '../../domain/form-fields.ts';
import {
  type FilterPart,
  filterEntries,
  queryForm,
  type RegistrantFilter,
  readFilter,
  withoutParts,
} from '../../domain/registrant-filter.ts';
import { readWallTime, writeWallTime } from '../../domain/wall-clock.ts';

// The form of the menu "Filter": it says again all of a filter but what is searched for or was picked one by one, and adds an answer
// and a source.

/** What the form's fields are called, beside those named as the filter's parts are. */
export const FILTER_FORM_NAMES = {
  fieldName: 'fieldName',
  fieldValue: 'fieldValue',
  sourceName: 'sourceName',
  sourceValue: 'sourceValue',
} as const;

/** Parts of which the form has a field of the same name. */
const SAID: readonly FilterPart[] = [
  'emailStatus',
  'delivered',
  'opened',
  'linkOpened',
  'joined',
  'emailDomain',
  'emailDomainStatus',
  'registeredAfter',
  'registeredBefore',
  'cancelled',
];

/** The fields of the event's form of which an answer is chosen from a list. */
export function choiceFields({ formFields }: Pick<Event, 'formFields'>): readonly FormField[] {
  return formFields.filter((field) => field.type === 'select' || isTick(field));
}

/** What the list of a field's answers is called. */
export function answerName(field: string): string {
  return `field.${field}`;
}

type FilteredEvent = Pick<Event, 'timeZone' | 'formFields'>;

/** The form as it was sent, to be shown again, with what is wrong by field. */
export interface RefusedFilter {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

/** The form's fields as a filter fills them; times as the clocks of `timeZone` show them. */
export function filterFormValues(
  filter: RegistrantFilter,
  { timeZone, formFields }: FilteredEvent,
): Record<string, string> {
  const values: Record<string, string> = Object.fromEntries(
    SAID.map((part) => [
      part,
      filterEntries({ [part]: filter[part] })
        .map(([, value]) => value)
        .join(', '),
    ]),
  );
  for (const { name } of choiceFields({ formFields })) {
    const answer = filter.fields?.[name];
    if (answer !== undefined) values[answerName(name)] = answer;
  }
  for (const part of ['registeredAfter', 'registeredBefore'] as const) {
    const at = filter[part];
    if (at !== undefined) values[part] = writeWallTime(new Date(at), timeZone).wall;
  }
  return values;
}

/** What the form asks for, from the filter that it was filled with. */
export function readFilterForm(
  form: Readonly<Record<string, readonly string[] | undefined>>,
  before: RegistrantFilter,
  event: FilteredEvent,
): RegistrantFilter | RefusedFilter {
  const value = (name: string) => form[name]?.at(-1)?.trim() ?? '';
  const problems: Record<string, string> = {};
  const { timeZone } = event;
  const was = filterFormValues(before, event);
  const answers = choiceFields(event).map(({ name }) => answerName(name));
  const asked = new URLSearchParams(filterEntries(withoutParts(before, SAID)));
  for (const part of SAID) {
    if (part === 'registeredAfter' || part === 'registeredBefore') {
      const at = timeOf(part, value(part), was[part] === value(part) ? before[part] : undefined);
      if (at) asked.set(part, at);
    } else {
      const given = (form[part] ?? []).flatMap((one) =>
        queryForm(part).as === 'list' ? one.split(/[\s,;]+/) : one,
      );
      for (const one of given)
        if (one !== '') asked.append(part, part === 'emailDomain' ? one.replace(/^.*@/, '') : one);
    }
  }
  for (const name of answers) {
    if (form[name] === undefined) continue;
    if (value(name) === '') asked.delete(name);
    else asked.set(name, value(name));
  }
  for (const [kind, part] of [
    ['field', 'fields'],
    ['source', 'source'],
  ] as const) {
    const [name, text] = [value(`${kind}Name`), value(`${kind}Value`)];
    if (name === '' && text === '') continue;
    const form = queryForm(part);
    if (name === '') problems[`${kind}Name`] = kind === 'field' ? 'Choose a field.' : 'Choose a source.';
    else if (text === '') problems[`${kind}Value`] = 'Enter the value.';
    else if (form.as === 'record') asked.set(form.prefix + name, text);
  }
  const { filter, problems: unread } = readFilter(asked);
  for (const { path } of unread) problems[fieldOf(path)] = WORDS[fieldOf(path)] ?? 'This cannot be used.';
  if (Object.keys(problems).length === 0) return filter;
  const names = [...SAID, ...answers, ...Object.values(FILTER_FORM_NAMES)];
  return {
    values: Object.fromEntries(names.map((name) => [name, (form[name] ?? []).join(', ').slice(0, 2_000)])),
    problems,
  };

  /** As it was where the field was left alone: it has no seconds. */
  function timeOf(part: FilterPart, wall: string, unchanged: string | undefined): string | null {
    if (unchanged !== undefined || wall === '') return unchanged ?? null;
    // A browser leaves seconds out where they are none.
    const reading = readWallTime(wall.slice(0, 16), timeZone);
    if (reading?.type === 'exact') return reading.at.toISOString();
    if (reading?.type === 'overlap')
      return (part === 'registeredAfter' ? reading.first : reading.second).toISOString();
    problems[part] = reading ? 'The clocks are set forward over this time.' : 'Enter a date and a time.';
    return null;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  emailDomain: 'Enter domains like example.com, at most 20.',
  registeredBefore: 'Enter a time after the first one.',
  fieldName: 'This field cannot be looked for.',
  sourceName: 'Choose a source.',
};

function fieldOf(path: string): string {
  if (path.startsWith('field.') || path === 'fields') return 'fieldName';
  return path.startsWith('source') ? 'sourceName' : path;
}
