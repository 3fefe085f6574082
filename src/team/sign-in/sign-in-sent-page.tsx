import { shownAddress } from '../../domain/address.ts';
import { Button, ButtonLink, HiddenFields } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { SignInLayout } from './sign-in-layout.tsx';

export interface SignInSentPageProps {
  /** As it was typed; null: not known any more. */
  readonly email: string | null;
  /** What is wrong with the code. */
  readonly error?: string;
  /** In development: where the mail is to be seen. */
  readonly inboxUrl?: string | null;
}

/** After asking for a link: the same page for every address, on the team or not. */
export function SignInSentPage({ email, error, inboxUrl = null }: SignInSentPageProps) {
  return (
    <SignInLayout title="Check your email">
      <p>
        If {email ? <strong dir="ltr">{shownAddress(email)}</strong> : 'the address'} is on the team, a link
        and a code are on their way. They work once, within 15 minutes.
      </p>
      {inboxUrl ? (
        <p>
          <ButtonLink href={inboxUrl} tone="primary">
            Open the inbox
          </ButtonLink>
        </p>
      ) : null}
      <form className="form" method="post" action="/team/sign-in">
        {email ? <HiddenFields values={{ email }} /> : null}
        <TextField
          name="code"
          label="Code from the email"
          hint="Six digits. It works only in this browser."
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={12}
          width="short"
          dir="ltr"
          error={error}
          focused
          required
        />
        <Button tone={inboxUrl ? 'quiet' : 'primary'}>Sign in</Button>
      </form>
      <p className="quiet">
        No email? Check your spam folder, or{' '}
        <a href="/team/sign-in">ask for a new code or use another address</a>.
      </p>
    </SignInLayout>
  );
}
