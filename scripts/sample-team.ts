import { addMember } from '../src/actions/team.ts';
import { createPool, type DatabaseConfig, transaction } from '../src/db/pool.ts';
import { listTeamMembers } from '../src/db/team-member.ts';
import { SAMPLE_ADMIN } from '../src/domain/sample.ts';

/** Makes sure there is somebody to sign in as: an admin, where the team is empty. Null: the team has others. */
export async function ensureSampleAdmin(database: DatabaseConfig): Promise<string | null> {
  const pool = createPool(database, { max: 1, onError: () => undefined });
  try {
    return await transaction(pool, async (db) => {
      const members = await listTeamMembers(db);
      if (members.length === 0)
        await addMember({ db, now: new Date(), actor: 'operator' }, { email: SAMPLE_ADMIN, role: 'admin' });
      else if (!members.some(({ email }) => email === SAMPLE_ADMIN)) return null;
      return SAMPLE_ADMIN;
    });
  } finally {
    await pool.end();
  }
}
