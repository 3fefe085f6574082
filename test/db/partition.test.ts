import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEDGER } from '../../src/db/partition.ts';
import { createPool, type Pool, violates } from '../../src/db/pool.ts';
import { ADDRESS_UNIQUE } from '../../src/db/registrant.ts';
import { migrate, partition } from '../../src/migrate.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { LEDGER_TABLES } from '../support/event-in-statement.ts';

const PARTITIONS = 4;
const EVENTS = 20;

let whole: TestDatabase;
let divided: TestDatabase;
let before: Pool;
let pool: Pool;
let announced: { readonly rows: number } | null = null;
let rowsBefore: unknown;

/** What the catalog says of all tables but partitions, in any order. */
const CATALOG = `
  with ours as (
    select pg_class.oid, relname from pg_class
    where relnamespace = '{schema}'::regnamespace and relkind in ('r', 'p', 'v') and not relispartition
  )
  select 'column ' || relname || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || attnotnull::text || attgenerated::text
    || coalesce((select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = attrelid and adnum = attnum), '') as one
  from ours join pg_attribute on attrelid = ours.oid where attnum > 0 and not attisdropped
  union all
  select 'index ' || replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') from pg_index join ours on ours.oid = indrelid
  union all
  select 'constraint ' || relname || ' ' || conname || ' ' || pg_get_constraintdef(pg_constraint.oid)
  from pg_constraint join ours on ours.oid = conrelid where contype <> 'n' and conparentid = 0
  union all
  select 'trigger ' || regexp_replace(pg_get_triggerdef(pg_trigger.oid), '[()]', '', 'g')
  from pg_trigger join ours on ours.oid = tgrelid where not tgisinternal
  union all
  select 'function ' || pg_get_functiondef(pg_proc.oid) || coalesce(proacl::text, '') from pg_proc
  where pronamespace = '{schema}'::regnamespace and prokind = 'f' and prolang <> (select oid from pg_language where lanname = 'c')
  order by 1`;

const catalog = async (from: Pool) => (await from.query<{ one: string }>(CATALOG)).rows.map(({ one }) => one);
const rowsOf = async (from: Pool) => {
  const found: Record<string, unknown> = {};
  for (const table of LEDGER)
    found[table] = (
      await from.query(
        `select to_jsonb(one) as row from {schema}.${table} as one order by to_jsonb(one)::text`,
      )
    ).rows;
  return found;
};

beforeAll(async () => {
  [whole, divided] = [await createEmptyDatabase(), await createEmptyDatabase()];
  await migrate(whole.config);
  await migrate(divided.config);
  before = createPool(whole.config, { max: 1, onError: () => undefined });
  pool = createPool(divided.config, { max: 1, onError: () => undefined });
  await pool.query(
    `insert into {schema}.event (id, slug, title, description, starts_at, ends_at, time_zone, locale, key_style, reminder_minutes)
     select gen_random_uuid(), 'e' || n, 'E', '', now() + interval '1 day', now() + interval '2 days', 'UTC', 'en', 'hex', '{}'
     from generate_series(1, ${EVENTS}) as n`,
  );
  await pool.query(
    `select {schema}.register(id, n || '@example.com', 'Ada', 'Lovelace', '{"company": "ACME"}')
     from {schema}.event, generate_series(1, 3) as n`,
  );
  await pool.query(
    `insert into {schema}.delivery_event (event_id, message_id, type, occurred_at) select event_id, id, 'sent', now() from {schema}.message`,
  );
  await pool.query(
    `insert into {schema}.batch (event_id, id, event_ids, message_ids, handed_over_at)
     select event_id, gen_random_uuid(), array[event_id], array[id], now() from {schema}.message`,
  );
  rowsBefore = await rowsOf(pool);
  await partition(divided.config, PARTITIONS, (size) => {
    announced = size;
  });
});

afterAll(async () => {
  await Promise.all([before.end(), pool.end()]);
  await Promise.all([whole.drop(), divided.drop()]);
});

describe('a ledger that is divided into partitions', () => {
  it('keeps every row, and tells beforehand how many it writes anew', async () => {
    expect(await rowsOf(pool)).toEqual(rowsBefore);
    expect(announced).not.toBeNull();
  });

  it('has everything that the undivided one has: columns, keys, indexes, references, triggers and functions', async () => {
    expect(await catalog(pool)).toEqual(await catalog(before));
  });

  it('has the events of each table in the same partition, and several in use', async () => {
    expect(new Set<string>(LEDGER)).toEqual(LEDGER_TABLES);
    const { rows } = await pool.query<{ event: string; parts: string[] }>(
      `select event_id as event, array_agg(distinct substring(part from '_([0-9]+)$')) as parts from (${LEDGER.map(
        (table) => `select event_id, tableoid::regclass::text as part from {schema}.${table}`,
      ).join(' union all ')}) as one group by event_id`,
    );
    expect(rows).toHaveLength(EVENTS);
    for (const { parts } of rows) expect(parts).toHaveLength(1);
    expect(new Set(rows.flatMap(({ parts }) => parts)).size).toBe(PARTITIONS);
  });

  it('is asked for an event’s messages in one partition alone', async () => {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
      `explain select from {schema}.message where event_id = $1 and id = any($2)`,
      ['01980000-0000-7000-8000-000000000001', ['01980000-0000-7000-8000-000000000002']],
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan.match(/message_\d+(?!\w)/g)?.length, plan).toBeGreaterThan(0);
    expect(new Set(plan.match(/ on message_\d+/g)).size, plan).toBeLessThanOrEqual(1);
  });

  it('still takes registrations, finds people by their words, and forgets nothing when it is migrated again', async () => {
    const { rows } = await pool.query(
      `select {schema}.register(id, 'new@example.com', 'Grace', 'Hopper') as id from {schema}.event limit 1`,
    );
    const { rowCount } = await pool.query(
      `select from {schema}.registrant_search where words like '%hopper%' and registrant_id = $1`,
      [rows[0].id],
    );
    expect(rowCount).toBe(1);
    await migrate(divided.config);
  });

  it('says by its index that an address is taken, also by one that a migration made when it was divided', async () => {
    // As a later migration makes an index anew: Postgres names those of the partitions.
    await pool.query(`
      create unique index made_anew on {schema}.registrant ({schema}.address_hash(email), event_id);
      drop index {schema}.${ADDRESS_UNIQUE};
      alter index {schema}.made_anew rename to ${ADDRESS_UNIQUE}`);
    await migrate(divided.config);
    const taken = pool.query(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key)
       select event_id, email, '', '', 'key' from {schema}.registrant limit 1`,
    );
    const error = await taken.then(
      () => null,
      (refused: unknown) => refused,
    );
    expect(violates(error, ADDRESS_UNIQUE)).toBe(true);
  });

  it('is not divided again', async () => {
    announced = null;
    expect(await partition(divided.config, 2 * PARTITIONS, () => expect.unreachable())).toBe(PARTITIONS);
  });
});
