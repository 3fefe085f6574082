import { type ProviderButton, SignInForm } from './sign-in-form.tsx';
import { SignInLayout } from './sign-in-layout.tsx';

/** A sign-in link that was used, is too old, or never was one: says no more than that, and offers another. */
export function SignInOverPage({ provider = null }: { readonly provider?: ProviderButton | null }) {
  return (
    <SignInLayout
      title="This link no longer works"
      lead="A sign-in link works once, for 15 minutes; an invitation once, for 7 days. Request a new link here."
    >
      <SignInForm provider={provider} />
    </SignInLayout>
  );
}
