import { checkPrimary, checkReplica } from '../../src/check-database.ts';
import { ConfigError } from '../../src/config.ts';
import { hostUrls } from '../../src/db/hosts.ts';
import {
  connectionFailure,
  findMissingRights,
  type MigrationFacts,
  onOneConnection,
  readMigrations,
  readServer,
} from '../../src/db/inspect.ts';
import { OLDEST_POSTGRES } from '../../src/db/migrate.ts';
import type { DatabaseConfig, Db } from '../../src/db/pool.ts';
import { clockDifference, type Finding, findingsOf } from '../../src/domain/finding.ts';
import { singleLine } from '../../src/lib/clean-text.ts';
import type { Settings } from './settings.ts';

const found = findingsOf('Database');
const schema = findingsOf('Schema');
const rights = findingsOf('Rights');
const pooler = findingsOf('Pooler');
const replica = findingsOf('Replica');
const clock = findingsOf('Clock');

/** Whether Postgres can be reached, is new enough, is migrated, lets us in everywhere and has our time. */
export async function checkDatabase({ database, embedded }: Settings): Promise<readonly Finding[]> {
  if (embedded.database === 'absent')
    return [
      found.skipped('DATABASE_URL is not set, and npm start, which brings a Postgres, is not running.'),
    ];
  if (!database) return [found.skipped('DATABASE_URL has to be right first.')];
  const where = placeOf(database.url);
  let facts: readonly Finding[];
  try {
    facts = await onOneConnection(database, (db) =>
      look(db, database, where, embedded.database === 'running'),
    );
  } catch (error) {
    return [unreachable(where, error)];
  }
  return [...facts, await poolerFinding(database), ...(await replicaFindings(database))];
}

/** All hosts that it names, without user and password. */
function placeOf(address: string): string {
  const urls = hostUrls(address).map((url) => new URL(url));
  return `${urls.map(({ host }) => host || 'localhost').join(', ')}${urls[0]?.pathname ?? ''}`;
}

async function look(
  db: Db,
  database: DatabaseConfig,
  where: string,
  isEmbedded: boolean,
): Promise<Finding[]> {
  const before = Date.now();
  const { version, role, isReadOnly, epochMs } = await readServer(db);
  const ahead = (before + Date.now()) / 2 - epochMs;
  const number = Number.parseInt(version, 10);
  const server = `Postgres ${version.split(' ')[0]} at ${where}${isEmbedded ? ', the one of npm start' : ''}`;
  if (number < OLDEST_POSTGRES)
    return [found.error(`${server} is too old.`, `Use Postgres ${OLDEST_POSTGRES} or newer.`)];
  const reached = isReadOnly
    ? found.error(`${server} is read-only.`, 'Name the primary server in DATABASE_URL, and no replica.')
    : found.ok(`${server}.`);
  const migrated = schemaFinding(await readMigrations(db), database.schema);
  const isThere = migrated.level === 'ok' || migrated.level === 'warning';
  return [
    reached,
    migrated,
    ...(isThere ? [await rightsFinding(db, database, role)] : []),
    clockFinding(ahead),
  ];
}

function schemaFinding({ isEmpty, missing, unknown, newest }: MigrationFacts, name: string): Finding {
  if (isEmpty) return schema.error(`The schema ${name} holds no tables yet.`, 'Run `npm run migrate`.');
  if (missing.length > 0)
    return schema.error(
      `${missing.length === 1 ? 'A migration is' : `${missing.length} migrations are`} missing in ${name} (the next is ${missing[0]}).`,
      'Run `npm run migrate`.',
    );
  if (unknown.length > 0)
    return schema.warning(
      `The schema ${name} is newer than this code (${unknown.at(-1)}).`,
      'Run the doctor of the version that server and workers run; or upgrade this checkout.',
    );
  return schema.ok(`${name} is as this code needs it (${newest}).`);
}

async function rightsFinding(db: Db, database: DatabaseConfig, role: string): Promise<Finding> {
  const [first, ...more] = await findMissingRights(db, database);
  if (!first) return rights.ok(`${role} may read and write all tables.`);
  const others = more.length > 0 ? `, nor use ${more.length} more tables as it has to` : '';
  const schemas = `${database.schema}, ${database.jobsSchema}`;
  return rights.error(
    `${role} may not ${first.right} in ${first.name}${others}.`,
    `As the owner: "grant usage on schema ${schemas} to ${role}" and "grant select, insert, update, delete on all tables in schema ${schemas} to ${role}".`,
  );
}

function clockFinding(ahead: number): Finding {
  const difference = clockDifference(ahead);
  if (!difference) return clock.ok('This machine and the database have the same time.');
  return clock.warning(
    `This machine’s clock is ${difference.words} the database’s.`,
    'Set it, and keep both right with NTP. Mails go by the database’s clock; logs and certificates by this machine’s.',
  );
}

async function poolerFinding(database: DatabaseConfig): Promise<Finding> {
  try {
    await checkPrimary(database);
  } catch (error) {
    return refused(pooler, error);
  }
  return pooler.ok(
    database.url === database.directUrl
      ? 'DATABASE_URL keeps a session: LISTEN works.'
      : 'DATABASE_DIRECT_URL keeps a session: LISTEN works past the pooler.',
  );
}

async function replicaFindings(database: DatabaseConfig): Promise<Finding[]> {
  if (database.readUrl === null) return [];
  const where = placeOf(database.readUrl);
  try {
    const away = await checkReplica(database);
    return [
      away === null
        ? replica.ok(`DATABASE_READ_URL leads to a copy of the database, at ${where}.`)
        : replica.warning(
            `The replica at ${where} cannot be read: ${singleLine(connectionFailure(away).message)}`,
            'Start it, or correct DATABASE_READ_URL. Until then all is read from the primary.',
          ),
    ];
  } catch (error) {
    return [refused(replica, error)];
  }
}

/** What keeps server and workers from starting, and what to do. */
function refused(about: ReturnType<typeof findingsOf>, error: unknown): Finding {
  if (!(error instanceof ConfigError)) throw error;
  const [message = '', example] = error.message.split(/(?<=\.) (?=Example: )/);
  const [what, how] = message.split(/: (?=(?:set|name) )/);
  return about.error(
    `${what}.`,
    [how && `${how[0]?.toUpperCase()}${how.slice(1)}`, example].filter(Boolean).join(' '),
  );
}

/** What Postgres (its code) or the network says, and what to do. */
function unreachable(where: string, error: unknown): Finding {
  const { code, message } = connectionFailure(error);
  const words = singleLine(message);
  if (/^28/.test(code))
    return found.error(
      `Postgres at ${where} refuses the sign-in: ${words}`,
      'Correct user and password in DATABASE_URL.',
    );
  if (code === '42501')
    return found.error(
      `Postgres at ${where} does not let us look into the tables: ${words}`,
      'As the owner, grant the role of DATABASE_URL "usage" on both schemas, and "select, insert, update, delete" on their tables.',
    );
  if (code === '3D000')
    return found.error(
      `Postgres at ${where} answers, but ${words}`,
      'Create it, or correct the name in DATABASE_URL.',
    );
  if (code === '53300')
    return found.error(
      `Postgres at ${where} has no connection left: ${words}`,
      'Raise max_connections, lower DATABASE_POOL, or put a pooler between.',
    );
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return found.error(`The host of DATABASE_URL is not known: ${words}`, 'Correct it in DATABASE_URL.');
  return found.error(
    `No Postgres can be used at ${where}: ${words}`,
    'Start it, and see that host and port in DATABASE_URL are right and that this machine may connect.',
  );
}
