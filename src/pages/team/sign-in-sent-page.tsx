import { shownAddress } from '../../domain/address.ts';
import { SignInLayout } from './parts/sign-in-layout.tsx';

/** After asking for a link: the same page for every address, on the team or not. */
export function SignInSentPage({ email }: { readonly email: string }) {
  return (
    <SignInLayout title="Look in your mail">
      <p>
        If <strong dir="ltr">{shownAddress(email)}</strong> is on the team, a link is on its way. It works
        once, within 15 minutes.
      </p>
      <p className="quiet">
        Nothing there? Look in the spam folder, or{' '}
        <a href="/team/sign-in">try again or use another address</a>.
      </p>
    </SignInLayout>
  );
}
