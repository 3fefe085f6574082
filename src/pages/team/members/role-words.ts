import type { Role } from '../../../db/team-member.ts';

/** What each role may do, in a line. */
export const ROLE_MEANINGS: Readonly<Record<Role, string>> = {
  member: 'Everything about events, registrants, mails and exports.',
  admin: 'The same, and the team and its API keys.',
};
