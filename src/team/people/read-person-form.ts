import type { z } from 'zod';
import { shownAddress } from '../../domain/address.ts';
import type { Registrant } from '../../domain/registrant.ts';
import { PERSON_FIELDS, type PersonField, type RefusedForm } from './person.ts';

/** What a form of the pane changes of a registrant: fields that say what stands there already are left out. */
export function readPersonForm(
  form: Readonly<Record<string, string>>,
  registrant: Registrant,
): { readonly changes: Readonly<Partial<Record<PersonField, string | null>>>; readonly sent: boolean } {
  const changes = PERSON_FIELDS.flatMap((name): [PersonField, string | null][] => {
    const typed = form[name]?.trim();
    const shown = name === 'email' ? shownAddress(registrant.email) : (registrant[name] ?? '');
    if (typed === undefined || typed === shown) return [];
    const isLeftToEvent = typed === '' && (name === 'locale' || name === 'timeZone');
    return [[name, isLeftToEvent ? null : typed]];
  });
  return { changes: Object.fromEntries(changes), sent: form.resend === 'yes' };
}

const MESSAGES: Readonly<Record<PersonField, string>> = {
  email: 'Enter an email address, like ada@example.com.',
  firstName: 'Enter at most 200 characters, without control characters.',
  lastName: 'Enter at most 200 characters, without control characters.',
  locale: 'Choose a language, or the default language of the event.',
  timeZone: 'Choose a time zone, or that of the event.',
};

/** The form to be shown again, with what is wrong at each field. It stays one of the person that it was made of. */
export function refusedForm(
  form: Readonly<Record<string, string>>,
  problems: z.ZodError | RefusedForm['problems'],
): RefusedForm {
  const found =
    'issues' in problems
      ? PERSON_FIELDS.flatMap((name) =>
          problems.issues.some(({ path }) => path[0] === name) ? [[name, MESSAGES[name]] as const] : [],
        )
      : Object.entries(problems);
  return {
    form: form.form === 'correct' ? 'correct' : 'edit',
    version: form.version ?? '',
    values: Object.fromEntries(
      PERSON_FIELDS.flatMap((name) => (form[name] === undefined ? [] : [[name, form[name].slice(0, 1_000)]])),
    ),
    problems: Object.fromEntries(found),
  };
}
