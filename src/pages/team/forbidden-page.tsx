import type { TeamFrame } from './parts/team-layout.tsx';
import { TeamErrorPage } from './team-error-page.tsx';

/** For members, where only admins may. */
export function ForbiddenPage({ frame }: { readonly frame: TeamFrame }) {
  return <TeamErrorPage frame={frame} status={403} />;
}
