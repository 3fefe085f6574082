import { Button } from './parts/button.tsx';
import { TeamLayout } from './parts/team-layout.tsx';

export interface SignInConfirmPageProps {
  readonly email: string;
  /** The link's own address: opening it asks, posting to it signs in. */
  readonly action: string;
}

/** What a sign-in link opens: one button, because scanners open links too and this one works once. */
export function SignInConfirmPage({ email, action }: SignInConfirmPageProps) {
  return (
    <TeamLayout
      title="Sign in"
      member={null}
      section={null}
      event={null}
      banner={null}
      notice={null}
      width="door"
    >
      <form className="form" method="post" action={action}>
        <p>
          You are about to sign in as <strong dir="ltr">{email}</strong>.
        </p>
        <Button tone="primary">Sign in</Button>
      </form>
      <p className="quiet">You did not ask for this? Close the page: nothing happens.</p>
    </TeamLayout>
  );
}
