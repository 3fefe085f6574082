/** `npm run team`: team members and API keys, from the command line of whoever runs the system. */
import { parseArgs } from 'node:util';
import { makeApiKey } from '../src/actions/api-key.ts';
import { addMember, changeRole } from '../src/actions/team.ts';
import { ConfigError } from '../src/config.ts';
import { createPool, type Db, transaction } from '../src/db/pool.ts';
import { findTeamMember, ROLES } from '../src/db/team-member.ts';
import { normalizeAddress } from '../src/domain/address.ts';
import { API_SCOPES } from '../src/domain/api-key.ts';
import { AppError } from '../src/domain/errors.ts';
import { safeText } from '../src/domain/text.ts';
import { migrate } from '../src/migrate.ts';
import { withDatabase } from './embedded/with-database.ts';
import { reportError } from './support/report-error.ts';

const USAGE = 'Usage: npm run team -- add EMAIL [--role admin] · npm run team -- key NAME';

try {
  const command = read(process.argv.slice(2));
  const said = await withDatabase(process.env, async (database) => {
    await migrate(database);
    const pool = createPool(database, { max: 1, onError: () => undefined });
    try {
      return await transaction(pool, command);
    } finally {
      await pool.end();
    }
  });
  process.stdout.write(`${said}\n`);
} catch (error) {
  reportError(error instanceof AppError ? new ConfigError(error.message) : error);
  process.exitCode = 1;
}

/** What the arguments ask for; throws ConfigError where they make no sense. */
function read(args: string[]): (db: Db) => Promise<string> {
  const { verb, object, role } = parse(args);
  if (verb === 'add' && object) {
    const email = normalizeAddress(object);
    if (!email)
      throw new ConfigError(`"${object}" is no e-mail address. Example: npm run team -- add ada@example.com`);
    return async (db) => {
      const member = await findTeamMember(db, { email });
      if (member) {
        await changeRole(asOperator(db), member.id, role);
        return `${email} was a team member already; role: ${role}.`;
      }
      await addMember(asOperator(db), { email, role });
      return `${email} is a team member now, as ${role}.`;
    };
  }
  if (verb === 'key' && object) {
    const name = safeText(100).min(1).safeParse(object);
    if (!name.success)
      throw new ConfigError(
        'The name of a key has 1 to 100 characters. Example: npm run team -- key website',
      );
    return async (db) => {
      const key = await makeApiKey(asOperator(db), { name: name.data, scopes: API_SCOPES, memberId: null });
      return `The API key "${name.data}", shown this once:\n${key}`;
    };
  }
  throw new ConfigError(USAGE);
}

function asOperator(db: Db) {
  return { db, now: new Date(), actor: 'operator' };
}

function parse(args: string[]) {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { role: { type: 'string' } },
    });
    const role = ROLES.find((known) => known === (values.role ?? 'member'));
    if (!role || positionals.length > 2 || (values.role && positionals[0] !== 'add')) throw new Error(USAGE);
    return { verb: positionals[0], object: positionals[1], role };
  } catch (cause) {
    throw new ConfigError(USAGE, { cause });
  }
}
