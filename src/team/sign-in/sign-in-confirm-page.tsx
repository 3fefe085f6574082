import { shownAddress } from '../../domain/address.ts';
import { Button } from '../parts/button.tsx';
import { SignInLayout } from './sign-in-layout.tsx';

export interface SignInConfirmPageProps {
  readonly email: string;
  /** The link's own address: opening it asks, posting to it signs in. */
  readonly action: string;
  /** Who invited them to the team; null: they asked for the link themselves. */
  readonly inviter?: string | null;
}

/** What a sign-in link opens: one button, because scanners open links too and this one works once. */
export function SignInConfirmPage({ email, action, inviter = null }: SignInConfirmPageProps) {
  if (inviter)
    return (
      <SignInLayout title="Join the team">
        <form className="form" method="post" action={action}>
          <p>
            <strong dir="ltr">{shownAddress(inviter)}</strong> added you to the team. You are about to sign in
            as <strong dir="ltr">{shownAddress(email)}</strong>.
          </p>
          <Button tone="primary">Join the team</Button>
        </form>
      </SignInLayout>
    );
  return (
    <SignInLayout title="Sign in">
      <form className="form" method="post" action={action}>
        <p>
          You are about to sign in as <strong dir="ltr">{shownAddress(email)}</strong>.
        </p>
        <Button tone="primary">Sign in</Button>
      </form>
      <p className="quiet">You did not ask for this? Close the page: nothing happens.</p>
    </SignInLayout>
  );
}
