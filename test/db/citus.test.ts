import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool, type Pool } from '../../src/db/pool.ts';
import { migrate, partition } from '../../src/migrate.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { LEDGER_TABLES } from '../support/event-in-statement.ts';

let database: TestDatabase;
let pool: Pool;

/** A stand-in: Citus's functions, which note how they are called. Citus has its own in pg_catalog, where nothing may be put. */
beforeAll(async () => {
  database = await createEmptyDatabase();
  pool = createPool(database.config, { max: 1, onError: () => undefined });
  const { rows } = await pool.query<{ name: string }>('select quote_ident(current_database()) as name');
  await pool.query(`
    create schema stand_in;
    create table stand_in.call (id int generated always as identity, name text, table_name regclass, key text, beside regclass,
      triggers text, mode text);
    create function stand_in.create_reference_table(table_name regclass) returns void language sql as $$
      insert into stand_in.call (name, table_name) values ('create_reference_table', table_name) $$;
    create function stand_in.create_distributed_table(table_name regclass, distribution_column text, colocate_with text default 'default')
      returns void language sql as $$
      insert into stand_in.call (name, table_name, key, beside, triggers, mode) values ('create_distributed_table', table_name,
        distribution_column, nullif(colocate_with, 'default')::regclass, current_setting('citus.enable_unsafe_triggers'),
        current_setting('citus.multi_shard_modify_mode')) $$;
    alter database ${rows[0]?.name} set search_path = stand_in`);
  await migrate({ ...database.config, backend: 'citus' });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

interface Call {
  readonly name: string;
  readonly table: string;
  readonly key: string | null;
  readonly beside: string | null;
  readonly triggers: string | null;
  readonly mode: string | null;
}

const calls = async () =>
  (
    await pool.query<Call>(
      `select call.name, own.relname as table, key, other.relname as beside, triggers, mode from stand_in.call
       join pg_class as own on own.oid = table_name left join pg_class as other on other.oid = beside order by call.id`,
    )
  ).rows;

describe('a ledger on Citus', () => {
  it('is distributed by event, all its tables together, after what every node has', async () => {
    const made = await calls();
    const [distributed, reference] = ['create_distributed_table', 'create_reference_table'].map((name) =>
      made.filter((call) => call.name === name),
    );
    expect(reference?.map(({ table }) => table)).toEqual(['event', 'compiled_template']);
    expect(new Set(distributed?.map(({ table }) => table))).toEqual(LEDGER_TABLES);
    expect(distributed?.map(({ beside }) => beside)).toEqual([
      null,
      ...Array(LEDGER_TABLES.size - 1).fill('registrant'),
    ]);
    for (const { key, triggers, mode } of distributed ?? [])
      expect([key, triggers, mode]).toEqual(['event_id', 'on', 'sequential']);
    expect(made.indexOf(reference?.at(-1) as Call)).toBeLessThan(made.indexOf(distributed?.[0] as Call));
  });

  it('refers to nothing that is not on every node or beside it, and nothing else refers to it', async () => {
    const { rows } = await pool.query<{ from: string; to: string }>(
      `select own.relname as from, other.relname as to from pg_constraint
       join pg_class as own on own.oid = conrelid join pg_class as other on other.oid = confrelid
       where contype = 'f' and own.relnamespace = '{schema}'::regnamespace`,
    );
    for (const { from, to } of rows)
      if (LEDGER_TABLES.has(from)) expect([...LEDGER_TABLES, 'event', 'compiled_template']).toContain(to);
      else expect([...LEDGER_TABLES]).not.toContain(to);
  });

  it('is not distributed again', async () => {
    const before = await calls();
    await migrate({ ...database.config, backend: 'citus' });
    expect(await calls()).toEqual(before);
  });

  it('is not divided into partitions of ours', async () => {
    await expect(partition({ ...database.config, backend: 'citus' }, 4, () => undefined)).rejects.toThrow(
      'Citus divides the ledger itself',
    );
  });
});
