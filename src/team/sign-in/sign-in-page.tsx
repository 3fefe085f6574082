import type { TeamNotice } from '../parts/team-layout.tsx';
import { type ProviderButton, SignInForm } from './sign-in-form.tsx';
import { SignInLayout } from './sign-in-layout.tsx';

export interface SignInPageProps {
  /** What was typed before, or empty. */
  readonly email: string;
  /** Where to go once signed in: a path of ours. */
  readonly next: string;
  /** What is wrong with the address. */
  readonly error?: string | null;
  readonly notice: TeamNotice | null;
  readonly provider?: ProviderButton | null;
}

/** Asks for an address to mail a sign-in link to. */
export function SignInPage({ email, next, error = null, notice, provider = null }: SignInPageProps) {
  return (
    <SignInLayout
      title="Sign in"
      notice={notice}
      lead="We mail you a link and a code. No password to remember."
    >
      <SignInForm email={email} next={next} error={error} provider={provider} />
    </SignInLayout>
  );
}
