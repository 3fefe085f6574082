import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../scripts/embedded/free-port.ts';
import { checkDatabase } from '../src/check-database.ts';
import { ConfigError, readDatabaseConfig } from '../src/config.ts';
import { createDatabase, databaseForFile } from './support/database.ts';
import { findProgram } from './support/find-program.ts';
import { type PgBouncer, startPgBouncer } from './support/pgbouncer.ts';

const database = await databaseForFile();

/** What the check says; null: it found nothing wrong. */
async function problem(url: string, directUrl?: string, pool = 10, readUrl?: string): Promise<string | null> {
  const config = readDatabaseConfig({
    DATABASE_URL: url,
    DATABASE_POOL: String(pool),
    ...(directUrl && { DATABASE_DIRECT_URL: directUrl }),
    ...(readUrl && { DATABASE_READ_URL: readUrl }),
  });
  try {
    await checkDatabase(config);
    return null;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message.split('\n')).toHaveLength(1);
    expect(error.message).not.toContain(new URL(url).password);
    return error.message;
  }
}

describe('the addresses of the database', () => {
  it('may be one that leads to Postgres, or the same one twice', async () => {
    expect(await problem(database.config.url)).toBeNull();
    expect(await problem(database.config.url, database.config.url)).toBeNull();
    const sameByAnotherName = new URL(database.config.url);
    sameByAnotherName.searchParams.set('application_name', 'other');
    expect(await problem(database.config.url, sameByAnotherName.href)).toBeNull();
  });

  it('must lead to the same database, and the check leaves no lock', async () => {
    const other = await createDatabase();
    try {
      expect(await problem(database.config.url, other.config.url)).toMatch(
        /^DATABASE_DIRECT_URL and DATABASE_URL lead to different databases: .* Example: DATABASE_DIRECT_URL=/,
      );
      const client = new pg.Client(database.config.url);
      await client.connect();
      const { rows } = await client.query(
        `select count(*)::int from pg_locks join pg_database on pg_database.oid = pg_locks.database
         where locktype = 'advisory' and datname in ($1, $2)`,
        [database, other].map(({ config: { url } }) => new URL(url).pathname.slice(1)),
      );
      await client.end();
      expect(rows).toEqual([{ count: 0 }]);
    } finally {
      await other.drop();
    }
  });

  it('must lead to a database: it says which of them does not, and why', async () => {
    const nobody = new URL(database.config.url);
    nobody.port = String(await freePort());
    expect(await problem(nobody.href)).toMatch(/^DATABASE_URL leads to no database .*ECONNREFUSED/);
    expect(await problem(nobody.href, database.config.url)).toMatch(
      /^DATABASE_URL leads to no database .*ECONNREFUSED/,
    );
    expect(await problem(database.config.url, nobody.href)).toMatch(
      /^DATABASE_DIRECT_URL leads to no database .*ECONNREFUSED/,
    );
    const wrong = new URL(database.config.url);
    wrong.password = 'another-one';
    expect(await problem(wrong.href)).toMatch(/^DATABASE_URL leads to .*password authentication failed/);
  });
});

describe('the address of a replica', () => {
  const problemOf = (readUrl: string) => problem(database.config.url, undefined, 10, readUrl);

  it('leads to the same database, or to nothing that answers now', async () => {
    expect(await problemOf(database.config.url)).toBeNull();
    const nobody = new URL(database.config.url);
    nobody.port = String(await freePort());
    expect(await problemOf(nobody.href)).toBeNull();
  });

  it('does not lead to another database, or with a wrong password', async () => {
    const other = await createDatabase();
    try {
      expect(await problemOf(other.config.url)).toMatch(
        /^DATABASE_READ_URL leads to another database than DATABASE_URL: .* Example: DATABASE_READ_URL=/,
      );
    } finally {
      await other.drop();
    }
    const wrong = new URL(database.config.url);
    wrong.password = 'another-one';
    expect(await problemOf(wrong.href)).toMatch(
      /^DATABASE_READ_URL leads to .*password authentication failed/,
    );
  });

  it('is checked with no more rights than a role has that may connect', async () => {
    const role = `replica_${process.pid}`;
    const client = new pg.Client(database.config.url);
    await client.connect();
    try {
      await client.query(`create role ${role} login password 'replica'`);
      const url = new URL(database.config.url);
      url.username = role;
      url.password = 'replica';
      expect(await problemOf(url.href)).toBeNull();
    } finally {
      await client.query(`drop role ${role}`);
      await client.end();
    }
  });
});

/** Opens so many connections of the pooler to Postgres, and leaves them to whoever comes. */
async function warm(url: string, count: number): Promise<void> {
  const clients = await Promise.all(
    Array.from({ length: count }, async () => {
      const client = new pg.Client(url);
      await client.connect();
      await client.query('begin');
      await client.query('select 1');
      return client;
    }),
  );
  for (const client of clients) {
    await client.query('commit');
    await client.end();
  }
}

/** Clients that ask all the time, until the returned function is called. */
function keepBusy(url: string, count: number): () => Promise<unknown> {
  let over = false;
  const clients = Array.from({ length: count }, async () => {
    const client = new pg.Client(url);
    await client.connect();
    while (!over) await client.query('select pg_sleep(0.001)');
    await client.end();
  });
  return () => {
    over = true;
    return Promise.all(clients);
  };
}

describe.skipIf(!findProgram('pgbouncer'))('a pooler', () => {
  let bouncer: PgBouncer;
  const start = async (...[options]: Parameters<typeof startPgBouncer>) => {
    bouncer = await startPgBouncer(options);
    return bouncer.through(database.config.url);
  };
  afterEach(() => bouncer?.stop());

  const ALONE =
    /^DATABASE_URL leads to a transaction pooler: set DATABASE_DIRECT_URL .* Example: DATABASE_DIRECT_URL=/;

  describe.each([
    ['last used first', 0],
    ['in turn', 1],
  ])('in transaction mode that lends sessions %s', (_, roundRobin) => {
    it.each([
      ['one session', 1],
      ['two sessions', 2],
      ['five sessions', 5],
    ])('is found out with %s, whatever DATABASE_POOL', async (_name, size) => {
      const url = await start({ mode: 'transaction', size, settings: { server_round_robin: roundRobin } });
      expect(await problem(url)).toMatch(ALONE);
      await warm(url, size);
      expect(await problem(url)).toMatch(ALONE);
      expect(await problem(url, undefined, 2)).toMatch(ALONE);
    });

    it('is found out while others use it', async () => {
      const url = await start({ mode: 'transaction', size: 5, settings: { server_round_robin: roundRobin } });
      const stop = keepBusy(url, 8);
      expect(await problem(url)).toMatch(ALONE);
      await stop();
    });
  });

  it('in transaction mode works with a direct address, and not as one', async () => {
    const url = await start({ mode: 'transaction', size: 2 });
    expect(await problem(url, database.config.url)).toBeNull();
    expect(await problem(database.config.url, url)).toMatch(
      /^DATABASE_DIRECT_URL leads to a transaction pooler: name Postgres itself/,
    );
  });

  it('in transaction mode is refused before a replica', async () => {
    const url = await start({ mode: 'transaction', size: 2 });
    expect(await problem(database.config.url, undefined, 10, url)).toMatch(
      /^DATABASE_READ_URL leads to a transaction pooler: name the replica itself/,
    );
  });

  it.each([
    ['as many sessions as are asked for', 10],
    ['fewer sessions than it has clients', 1],
  ])('in session mode with %s is no transaction pooler', async (_, size) => {
    const url = await start({ mode: 'session', size });
    expect(await problem(url)).toBeNull();
    expect(await problem(url, database.config.url)).toBeNull();
  });

  it('in statement mode is refused', async () => {
    const url = await start({ mode: 'statement', size: 2 });
    expect(await problem(url)).toMatch(ALONE);
    expect(await problem(url, database.config.url)).toMatch(
      /^DATABASE_URL leads to no database that can be used: transaction blocks not allowed in statement pooling mode/,
    );
  });

  it('that refuses a setting of the address is quoted', async () => {
    const url = await start({ mode: 'transaction', size: 2 });
    expect(await problem(`${url}?options=-cjit%3Doff`, database.config.url)).toMatch(
      /^DATABASE_URL leads to no database .*unsupported startup parameter: options/,
    );
  });
});
