/** `npm run team`: team members and API keys, from the command line of whoever runs the system. */
import { parseArgs } from 'node:util';
import { ConfigError } from '../src/config.ts';
import { insertApiKey } from '../src/db/api-key.ts';
import { createPool } from '../src/db/pool.ts';
import { ROLES, saveTeamMember } from '../src/db/team-member.ts';
import { normalizeAddress } from '../src/domain/address.ts';
import { API_SCOPES, hashApiKey, newApiKey } from '../src/domain/api-key.ts';
import { safeText } from '../src/domain/text.ts';
import { migrate } from '../src/migrate.ts';
import { withDatabase } from './embedded/with-database.ts';
import { reportError } from './support/report-error.ts';

const USAGE = 'Usage: npm run team -- add EMAIL [--role admin] · npm run team -- key NAME';

try {
  const command = read(process.argv.slice(2));
  const said = await withDatabase(process.env, async (databaseUrl) => {
    await migrate(databaseUrl);
    const pool = createPool(databaseUrl, { max: 1, onError: () => undefined });
    try {
      return await command(pool);
    } finally {
      await pool.end();
    }
  });
  process.stdout.write(`${said}\n`);
} catch (error) {
  reportError(error);
  process.exitCode = 1;
}

/** What the arguments ask for; throws ConfigError where they make no sense. */
function read(args: string[]): (pool: ReturnType<typeof createPool>) => Promise<string> {
  const { verb, object, role } = parse(args);
  if (verb === 'add' && object) {
    const email = normalizeAddress(object);
    if (!email)
      throw new ConfigError(`"${object}" is no e-mail address. Example: npm run team -- add ada@example.com`);
    return async (pool) => {
      const { isNew } = await saveTeamMember(pool, { email, role });
      return isNew
        ? `${email} is a team member now, as ${role}.`
        : `${email} was a team member already; role: ${role}.`;
    };
  }
  if (verb === 'key' && object) {
    const name = safeText(100).min(1).safeParse(object);
    if (!name.success)
      throw new ConfigError(
        'The name of a key has 1 to 100 characters. Example: npm run team -- key website',
      );
    return async (pool) => {
      const key = newApiKey();
      await insertApiKey(pool, {
        name: name.data,
        keyHash: hashApiKey(key).toString('hex'),
        memberId: null,
        scopes: API_SCOPES,
      });
      return `The API key "${name.data}", shown this once:\n${key}`;
    };
  }
  throw new ConfigError(USAGE);
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
