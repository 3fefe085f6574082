import type { ReactNode } from 'react';
import { Button, ButtonLink, ButtonRow, HiddenFields } from './button.tsx';

export interface ConfirmProps {
  /** A question or a heading with the number in it: "Resend the access link to 41 people?" */
  readonly title: string;
  /** What will happen, in sentences. */
  readonly children: ReactNode;
  readonly action: string;
  readonly hidden?: Readonly<Record<string, string | readonly string[]>>;
  /** The button says what it does: "Send to 41 people". Null: nothing can be done, there is only the way back. */
  readonly submit: { readonly label: string; readonly tone?: 'primary' | 'danger' } | null;
  readonly cancelHref: string;
  readonly cancelLabel?: string;
  /** Fields of the same form, before the buttons. */
  readonly fields?: ReactNode;
}

/** Says what is about to happen, to how many, and asks. */
export function Confirm({ title, children, action, hidden = {}, submit, cancelHref, ...rest }: ConfirmProps) {
  return (
    <section className="card confirm" aria-labelledby="confirm-title">
      <h2 id="confirm-title">{title}</h2>
      <div className="prose">{children}</div>
      <form className="form" method="post" action={action}>
        <HiddenFields values={hidden} />
        {rest.fields}
        <ButtonRow>
          {submit ? <Button tone={submit.tone ?? 'primary'}>{submit.label}</Button> : null}
          <ButtonLink href={cancelHref}>{rest.cancelLabel ?? (submit ? 'Cancel' : 'Back')}</ButtonLink>
        </ButtonRow>
      </form>
    </section>
  );
}
