import { SignInForm } from './parts/sign-in-form.tsx';
import { TeamLayout } from './parts/team-layout.tsx';

/** After signing out: says so, and is the way back in. */
export function SignedOutPage() {
  return (
    <TeamLayout
      title="You are signed out"
      member={null}
      section={null}
      event={null}
      banner={null}
      notice={null}
      width="door"
      lead="Other browsers you signed in with stay signed in."
    >
      <SignInForm />
    </TeamLayout>
  );
}
