import { copyFor } from '../copy/copy-for.ts';
import type { EventView } from '../event-view.ts';
import { ErrorSummary, Field, type FormState, SubmitButton } from './form.tsx';

export interface RegistrationFormProps {
  readonly view: EventView;
  readonly state: FormState;
}

/** Asks for an address and, if one likes, a name. A script fills in the visitor's zone and locale. */
export function RegistrationForm({ view, state }: RegistrationFormProps) {
  const { language, path, locale } = view;
  const copy = copyFor(language).register;
  return (
    <form className="form" method="post" action={`${path}/register`}>
      <ErrorSummary language={language} form="register" state={state} />
      <Field language={language} form="register" name="email" state={state} hint={copy.emailHint} />
      <div className="form__pair">
        <Field language={language} form="register" name="firstName" state={state} />
        <Field language={language} form="register" name="lastName" state={state} />
      </div>
      <input type="hidden" name="locale" defaultValue={locale} data-visitor-locale={language} />
      <input type="hidden" name="timeZone" defaultValue="" data-visitor-time-zone />
      <SubmitButton>{copy.submit}</SubmitButton>
    </form>
  );
}
