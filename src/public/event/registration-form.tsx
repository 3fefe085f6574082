import { copyFor } from '../../ui/copy/copy-for.ts';
import { Proof } from '../limits/proof.tsx';
import type { EventView } from './event-view.ts';
import { ErrorSummary, Field, type FormState, SHOWN, SubmitButton, TRAP } from './form.tsx';
import { EventFormField } from './form-field.tsx';

export interface RegistrationFormProps {
  readonly view: EventView;
  readonly state: FormState;
  /** Where it is sent in a frame of another site; absent: it stands on a page of ours. */
  readonly framedAction?: string;
}

/** Asks for an address, if one likes a name, and what the team wants to know. A script fills in the visitor's zone and locale. */
export function RegistrationForm({ view, state, framedAction }: RegistrationFormProps) {
  const { language, path, locale, formFields } = view;
  const copy = copyFor(language).register;
  return (
    <form className="form" method="post" action={framedAction ?? `${path}/register`}>
      <ErrorSummary
        {...{ language, state, form: 'register', fields: formFields, isFramed: framedAction !== undefined }}
      />
      <Field language={language} form="register" name="email" state={state} hint={copy.emailHint} />
      <div className="form__pair">
        <Field language={language} form="register" name="firstName" state={state} />
        <Field language={language} form="register" name="lastName" state={state} />
      </div>
      {formFields.map((field) => (
        <EventFormField key={field.name} {...{ language, field, state }} />
      ))}
      <div className="form__aside" aria-hidden="true">
        <label htmlFor="register-extension">{copy.leaveEmpty}</label>
        <input id="register-extension" name={TRAP} type="text" tabIndex={-1} autoComplete="off" />
      </div>
      <input type="hidden" name="locale" defaultValue={locale} data-visitor-locale={language} />
      <input type="hidden" name="timeZone" defaultValue="" data-visitor-time-zone />
      {state.shownAt ? <input type="hidden" name={SHOWN} defaultValue={state.shownAt} /> : null}
      {state.proof ? <Proof view={view} {...state.proof} /> : null}
      <SubmitButton>{copy.submit}</SubmitButton>
    </form>
  );
}
