import { LONGEST_INPUT } from '../../domain/address.ts';
import { Button, ButtonLink, HiddenFields } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';

export interface ProviderButton {
  /** The identity provider's name. */
  readonly label: string;
  readonly href: string;
}

export interface SignInFormProps {
  /** Null: the team signs in by mail alone. */
  readonly provider?: ProviderButton | null;
  readonly email?: string;
  readonly next?: string;
  readonly error?: string | null;
}

/** One address, one button; beneath it the way through an identity provider. */
export function SignInForm({ email = '', next, error = null, provider = null }: SignInFormProps) {
  return (
    <>
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
          focused
          required
        />
        <Button tone="primary">Send me a link</Button>
      </form>
      <ProviderLink provider={provider} />
    </>
  );
}

/** The other way in, beneath a form. */
export function ProviderLink({ provider }: { readonly provider: ProviderButton | null }) {
  if (!provider) return null;
  return (
    <>
      <p className="sign-in__or">or</p>
      <p className="sign-in__provider">
        <ButtonLink href={provider.href}>
          <span>
            Sign in with <bdi>{provider.label}</bdi>
          </span>
        </ButtonLink>
      </p>
    </>
  );
}
