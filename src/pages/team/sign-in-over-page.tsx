import { SignInForm } from './parts/sign-in-form.tsx';
import { TeamLayout } from './parts/team-layout.tsx';

/** A sign-in link that was used, is too old, or never was one: says no more than that, and offers another. */
export function SignInOverPage() {
  return (
    <TeamLayout
      title="This link no longer works"
      member={null}
      section={null}
      event={null}
      banner={null}
      notice={null}
      width="door"
      lead="A sign-in link works once, within 15 minutes. Here is how to get a new one."
    >
      <SignInForm />
    </TeamLayout>
  );
}
