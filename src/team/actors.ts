import { BOOTSTRAP_KEY_ID, nameApiKeys } from '../db/api-key.ts';
import type { Db } from '../db/pool.ts';
import { nameTeamMembers } from '../db/team-member.ts';

/** Whoever has BOOTSTRAP_API_KEY. */
export const OPERATOR_KEY = `api_key:${BOOTSTRAP_KEY_ID}`;

/** What happens by itself. */
const OURSELVES: ReadonlySet<string | undefined> = new Set([
  'retention',
  'sender_check',
  'webhooks',
  'delivery',
]);

/** What people call whoever did something: looks all of them up at once, and returns the words for each. */
export async function nameActors(db: Db, actors: readonly string[]): Promise<(actor: string) => string> {
  const ids = (prefix: string) => [
    ...new Set(actors.flatMap((actor) => (actor.startsWith(prefix) ? actor.slice(prefix.length) : []))),
  ];
  const [members, keys] = await Promise.all([
    nameTeamMembers(db, ids('team_member:')),
    nameApiKeys(db, ids('api_key:')),
  ]);
  return (actor) => {
    const [kind, id = ''] = actor.split(':');
    if (kind === 'team_member') return members.get(id) ?? 'Somebody who left';
    if (actor === OPERATOR_KEY) return 'The operator’s key';
    if (kind === 'api_key') return `The key “${keys.get(id) ?? 'unknown'}”`;
    if (kind === 'identity_provider') return 'The identity provider';
    if (kind === 'database_role') return `The database role “${actor.slice(kind.length + 1)}”`;
    if (kind === 'visitor') return 'Visitors';
    if (kind === 'registrant') return 'The registrant';
    if (OURSELVES.has(kind)) return 'access-mail';
    if (kind === 'mail_provider') return 'The mail provider';
    return kind === 'operator' ? 'The operator' : 'The recipient';
  };
}
