import { hasTeamMembers } from '../../db/team-member.ts';
import { firstAdminCode } from '../../domain/first-admin-code.ts';
import type { AppDependencies } from '../../http/context.ts';

type Dependencies = Pick<AppDependencies, 'config' | 'pool'>;

/** A new installation in production has nobody who could sign in: whoever reads the server's log becomes the first admin. */
export function createFirstAdmin({ config, pool }: Dependencies) {
  // The last admin stays: a team that has members is never empty again.
  let hasMembers = false;
  return {
    async isWanted(): Promise<boolean> {
      if (!config.production) return false;
      hasMembers ||= await hasTeamMembers(pool);
      return !hasMembers;
    },
  };
}

/** Writes the code to the log where nobody is on the team yet; the same on every server. */
export async function announceFirstAdmin({
  config,
  pool,
  log,
}: Dependencies & Pick<AppDependencies, 'log'>): Promise<void> {
  if (!(await createFirstAdmin({ config, pool }).isWanted())) return;
  log.warn(
    { firstAdminCode: firstAdminCode(config.appSecret) },
    `nobody is on the team yet: open ${config.publicUrl}/team/sign-in and enter this code`,
  );
}
