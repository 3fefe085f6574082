import { copyFor } from '../../ui/copy/copy-for.ts';
import { Proof } from '../limits/proof.tsx';
import type { EventView } from './event-view.ts';
import { ErrorSummary, Field, type FormState, SubmitButton } from './form.tsx';

export interface AccessLinkFormProps {
  readonly view: EventView;
  readonly state?: FormState;
  /** The button's words; absent: "Send me my link". */
  readonly submit?: string;
  /** Whether another, more important button is on the page. */
  readonly quiet?: boolean;
}

/** Asks for an address and has its link sent there again. */
export function AccessLinkForm({ view, state = {}, submit, quiet = false }: AccessLinkFormProps) {
  const { language, path } = view;
  return (
    <form className="form" method="post" action={`${path}/access-link`}>
      <ErrorSummary language={language} form="link" state={state} />
      <Field language={language} form="link" name="email" state={state} />
      {state.proof ? <Proof view={view} {...state.proof} /> : null}
      <SubmitButton quiet={quiet}>{submit ?? copyFor(language).sendLink.submit}</SubmitButton>
    </form>
  );
}
