import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { beforeEach, describe, expect, it } from 'vitest';
import { serverVersion } from '../../src/db/migrate.ts';
import { MigrationError } from '../../src/db/migration-error.ts';
import type { DatabaseConfig } from '../../src/db/pool.ts';
import { migrate } from '../../src/migrate.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { listObjects } from '../support/objects.ts';

let database: DatabaseConfig;
/** The administrator of the database, who may already have things in it. */
let host: pg.Client;

beforeEach(async () => {
  const bare = await createEmptyDatabase();
  database = bare.config;
  host = new pg.Client(database.url);
  await host.connect();
  return async () => {
    await host.end();
    await bare.drop();
  };
});

const inPublic = (): DatabaseConfig => ({ ...database, schema: 'public', jobsSchema: 'pgboss' });

/** What the migration says where it must fail: one line, and nothing in the database but what was there. */
async function failure(of: DatabaseConfig = database): Promise<string> {
  const before = await listObjects(host);
  const error: unknown = await migrate(of).then(
    () => 'it went well',
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(MigrationError);
  expect(await listObjects(host)).toEqual(before);
  const { message } = error as MigrationError;
  expect(message.split('\n')).toHaveLength(1);
  return message;
}

/** A role that owns nothing, and how it connects. */
async function roleWithoutRights(): Promise<{ role: string; as: DatabaseConfig }> {
  const role = `guest_${randomBytes(6).toString('hex')}`;
  await host.query(`create role ${role} login password 'guest'`);
  const url = new URL(database.url);
  [url.username, url.password] = [role, 'guest'];
  return { role, as: { ...database, url: url.href, directUrl: url.href } };
}

describe('a migration', () => {
  it('makes two schemas and nothing outside of them', async () => {
    const before = await listObjects(host);
    await migrate(database);
    const made = (await listObjects(host)).filter((object) => !before.includes(object));
    const { schema, jobsSchema } = database;
    expect(made.filter((object) => object.startsWith(`${schema} relation`)).length).toBeGreaterThan(22);
    expect(made.filter((object) => ![schema, jobsSchema].includes(object.split(' ')[0] ?? ''))).toEqual(
      [`schema ${schema}`, `schema ${jobsSchema}`].sort(),
    );
  });

  it('uses the schemas public and pgboss where nothing else is said', async () => {
    await migrate(inPublic());
    const schemas = new Set((await listObjects(host)).map((object) => object.split(' ')[0]));
    expect(schemas).toEqual(new Set(['public', 'pgboss', 'schema']));
  });

  it('finds nothing to do the second time', async () => {
    await migrate(database);
    const after = await listObjects(host);
    await migrate(database);
    expect(await listObjects(host)).toEqual(after);
  });

  it('waits for another one that runs at the same time', async () => {
    await Promise.all([migrate(database), migrate(database), migrate(database)]);
    const { rows } = await host.query(`select name from ${database.schema}.migration order by name`);
    expect(rows.map(({ name }) => name)).toEqual([...new Set(rows.map(({ name }) => name))]);
    expect(rows.length).toBeGreaterThan(8);
  });

  it('takes a schema whose name is a word of SQL', async () => {
    const order = { ...database, schema: 'order', jobsSchema: 'order_jobs' };
    await migrate(order);
    await migrate(order);
    expect(await listObjects(host)).toContain('order relation registrant');
  });

  it('uses extensions where they are', async () => {
    await host.query(
      'create schema tools; create extension pg_trgm schema tools; create extension btree_gin schema tools',
    );
    await migrate(database);
    const { rows } = await host.query(
      `select pg_get_indexdef('${database.schema}.registrant_search_words'::regclass)`,
    );
    expect(rows[0].pg_get_indexdef).toContain('tools.gin_trgm_ops');
    expect((await listObjects(host)).filter((object) => / extension /.test(object))).toEqual([
      'tools extension btree_gin',
      'tools extension pg_trgm',
    ]);
  });

  it('goes on from where the queue failed, once that can be installed', async () => {
    // The first thing that pg-boss makes.
    await host.query(`
      create function public.refuse() returns event_trigger language plpgsql as $$ begin raise 'not now'; end $$;
      create event trigger refuse on ddl_command_start when tag in ('CREATE TYPE') execute function public.refuse()`);
    await expect(migrate(database)).rejects.toThrow('not now');
    await host.query('drop event trigger refuse');
    await migrate(database);
    const { rows } = await host.query(`select name from ${database.jobsSchema}.queue`);
    expect(rows.map(({ name }) => name)).toContain('deliver-urgent');
  });
});

describe('beside another program', () => {
  it.each(['session', 'event', 'export', 'message'])(
    'names its table %s, asks for DATABASE_SCHEMA and leaves nothing',
    async (table) => {
      await host.query(`create table public.${table} (host text)`);
      const said = await failure(inPublic());
      expect(said).toContain(`"${table}" already exists`);
      expect(said).toContain('set DATABASE_SCHEMA');
    },
  );

  it.each([
    'create table public.migration (version text)',
    `create table public.migration (id serial primary key, name text, run_on timestamp);
     insert into public.migration (name) values ('20240101_their_own')`,
  ])('knows a table "migration" that is not ours (%#)', async (statement) => {
    await host.query(statement);
    expect(await failure(inPublic())).toContain('(table "migration")');
  });

  it('does not put jobs into a schema of another program', async () => {
    await host.query(
      `create schema ${database.jobsSchema}; create table ${database.jobsSchema}.queue (host text)`,
    );
    expect(await failure()).toContain(`The schema ${database.jobsSchema} of this database holds something`);
  });

  it('does not touch a function uuidv7() that is not ours', async () => {
    await host.query(`create function public.uuidv7() returns uuid language sql as 'select null::uuid'`);
    expect(await failure(inPublic())).toContain('"uuidv7" already exists');
  });

  it('has a place of its own with DATABASE_SCHEMA', async () => {
    for (const table of ['session', 'event', 'export', 'message', 'migration'])
      await host.query(`create table public.${table} (host text)`);
    await migrate(database);
    expect((await listObjects(host)).filter((object) => /^public relation/.test(object))).toHaveLength(5);
  });
});

describe('a role with few rights', () => {
  it('is told what to grant where a schema is missing', async () => {
    const { role, as } = await roleWithoutRights();
    const said = await failure(as);
    expect(said).toContain(`"create schema ${as.schema} authorization ${role}"`);
    expect(said).toMatch(/"grant create on database test_\w+ to guest_\w+"/);
    expect(said).toContain('DATABASE_SCHEMA');
  });

  it('is told what to grant where it may not create tables in the schema', async () => {
    const { role, as } = await roleWithoutRights();
    const said = await failure({ ...as, schema: 'public', jobsSchema: 'pgboss' });
    expect(said).toContain(`"grant usage, create on schema public to ${role}"`);
  });

  it('needs no right on the database where its schemas and the extensions are there', async () => {
    const { role, as } = await roleWithoutRights();
    for (const schema of [as.schema, as.jobsSchema])
      await host.query(`create schema ${schema} authorization ${role}`);
    expect(await failure(as)).toContain('"create extension pg_trgm"');
    await host.query('create extension pg_trgm schema public; create extension btree_gin schema public');
    await migrate(as);
    await migrate(as);
  });

  it('is told who may migrate where the tables are another role’s', async () => {
    await migrate(database);
    await host.query(`
      delete from ${database.schema}.migration where name >= '0009';
      drop function ${database.schema}.uuidv7() cascade`);
    const { role, as } = await roleWithoutRights();
    await host.query(`
      grant usage, create on schema ${as.schema}, ${as.jobsSchema} to ${role};
      grant all on all tables in schema ${as.schema} to ${role}`);
    expect(await failure(as)).toContain('migrate as the role that owns it');
  });
});

it('a server that is too old is refused by its version', async () => {
  const old = { query: async () => ({ rows: [{ version: 140_012, name: '14.12' }] }) };
  // biome-ignore lint/suspicious/noExplicitAny: no such server is at hand
  await expect(serverVersion(old as any)).rejects.toThrow(
    /^Postgres 15 or newer is needed.* Postgres 14\.12: /,
  );
});

it('a schema with the jobs of another installation is refused, and stays as it is', async () => {
  await migrate(database);
  expect(await failure({ ...database, schema: database.jobsSchema, jobsSchema: 'second_jobs' })).toMatch(
    new RegExp(`^The schema ${database.jobsSchema} .*tables of pg-boss.*DATABASE_SCHEMA`),
  );
});
