import {
  type Consent,
  consentText,
  givenConsents,
  markedWording,
  standingConsent,
  wordingMark,
} from '../../domain/consent.ts';
import type { Event } from '../../domain/event.ts';
import { type FormAnswers, type FormField, readFormAnswers, TICKED } from '../../domain/form-fields.ts';
import type { Language } from '../../domain/locale.ts';

/** Before the name of a field of the event's own. */
export const FIELD_INPUT = 'field.';
/** Before the name of a consent, beside it: which words it was shown with. */
export const WORDING_INPUT = 'wording.';

type Form = Readonly<Record<string, string>>;

/** What the form says of the event's own fields: `field.NAME`. */
export function fieldsOf(form: Form): Record<string, string> {
  return Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) =>
      name.startsWith(FIELD_INPUT) ? [[name.slice(FIELD_INPUT.length), value]] : [],
    ),
  );
}

export interface SentAnswers extends FormAnswers {
  /** As they were sent, to be shown again: a consent whose words have changed is not ticked. */
  readonly values: Readonly<Record<string, string>>;
  /** In the words that were shown. */
  readonly consents: readonly Consent[];
}

/**
 * What a form that was shown in `language` says of the event's own fields. A consent counts in the words that stood beside it; where the
 * team has changed them meanwhile the reader is asked again. `kept`: what they agreed to before, in whichever words.
 */
export function readSentAnswers(
  event: Event,
  form: Form,
  {
    language,
    requires,
    at,
    kept = [],
  }: {
    readonly language: Language;
    readonly requires: true | 'but_consents';
    readonly at: Date;
    readonly kept?: readonly Consent[];
  },
): SentAnswers {
  const values = fieldsOf(form);
  const answers = readFormAnswers(event.formFields, values, { requires });
  const wordingOf = (field: FormField): string | null => {
    const mark = form[WORDING_INPUT + field.name];
    if (mark === undefined) return consentText(field, event, language);
    const before = standingConsent(kept, field.name)?.text;
    return before !== undefined && wordingMark(before) === mark ? before : markedWording(field, mark);
  };
  const changed = event.formFields.flatMap((field) =>
    field.type === 'consent' && answers.fields[field.name] === TICKED && wordingOf(field) === null
      ? [field.name]
      : [],
  );
  const without = (texts: Form) =>
    Object.fromEntries(Object.entries(texts).filter(([name]) => !changed.includes(name)));
  const fields = without(answers.fields);
  return {
    ...{ fields, values: without(values), unknown: answers.unknown },
    problems: {
      ...answers.problems,
      ...Object.fromEntries(changed.map((name) => [name, 'changed' as const])),
    },
    consents: givenConsents(event, fields, (field) => wordingOf(field) ?? '', at),
  };
}
