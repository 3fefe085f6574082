import { LONGEST_INPUT } from '../../../domain/address.ts';
import { Button, HiddenFields } from './button.tsx';
import { TextField } from './field.tsx';

export interface SignInFormProps {
  readonly email?: string;
  readonly next?: string;
  readonly error?: string | null;
}

/** One address, one button. */
export function SignInForm({ email = '', next, error = null }: SignInFormProps) {
  return (
    <form className="form" method="post" action="/team/sign-in">
      {next ? <HiddenFields values={{ next }} /> : null}
      <TextField
        type="email"
        name="email"
        label="Your email address"
        autoComplete="email"
        maxLength={LONGEST_INPUT}
        value={email}
        error={error}
        required
      />
      <Button tone="primary">Send me a link</Button>
    </form>
  );
}
