import type { Role } from '../../db/team-member.ts';

/** What each role does, in a sentence. */
export const ROLE_MEANINGS: Readonly<Record<Role, string>> = {
  member: 'Sees and changes events, registrants, mails and exports.',
  admin: 'Sees and changes everything: the team and its API keys as well.',
};
