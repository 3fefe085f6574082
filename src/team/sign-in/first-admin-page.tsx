import { LONGEST_INPUT } from '../../domain/address.ts';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { type ProviderButton, ProviderLink } from './sign-in-form.tsx';
import { SignInLayout } from './sign-in-layout.tsx';

export const FIRST_ADMIN_PATH = '/team/sign-in/first-admin';

export interface FirstAdminPageProps {
  /** What was typed before, or empty. */
  readonly email: string;
  /** By field: `code`, `email`. */
  readonly errors?: Readonly<Record<string, string>>;
  readonly provider: ProviderButton | null;
}

/** In place of signing in while nobody is on the team: asks for the code from the server's log. */
export function FirstAdminPage({ email, errors = {}, provider }: FirstAdminPageProps) {
  return (
    <SignInLayout
      title="Set up your team"
      lead="Nobody is on the team yet. Whoever can read the server’s log becomes the first admin."
    >
      <form className="form" method="post" action={FIRST_ADMIN_PATH}>
        <TextField
          name="code"
          label="Code from the log"
          hint="The server writes “firstAdminCode” to its log each time it starts. It works until somebody is on the team."
          maxLength={100}
          dir="ltr"
          error={errors.code}
          focused
          required
        />
        <TextField
          type="email"
          name="email"
          label="Your email address"
          autoComplete="email"
          maxLength={LONGEST_INPUT}
          value={email}
          error={errors.email}
          required
        />
        <Button tone="primary">Become the first admin</Button>
      </form>
      <ProviderLink provider={provider} />
    </SignInLayout>
  );
}
