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
        maxLength={254}
        value={email}
        error={error}
        required
      />
      <Button tone="primary">Send me a link</Button>
    </form>
  );
}
