import { expect, it } from 'vitest';
import { createPool, type Db, transaction } from '../../src/db/pool.ts';
import { installUuidv7 } from '../../src/db/uuidv7.ts';
import { databaseForFile } from '../support/database.ts';

const { config } = await databaseForFile();
const pool = createPool(config, { max: 1, onError: () => undefined });
const POSTGRES_15 = 150_000;
const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

async function makeIds(db: Db, count: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    'select {schema}.uuidv7() as id from generate_series(1, $1)',
    [count],
  );
  return rows.map(({ id }) => id);
}

const isRising = (ids: readonly string[]) => ids.every((id, i) => i === 0 || id > (ids[i - 1] ?? ''));
const millisecondsOf = (id: string) => Number.parseInt(id.replace('-', '').slice(0, 12), 16);

async function version(): Promise<number> {
  const { rows } = await pool.query(`select current_setting('server_version_num')::int as version`);
  return rows[0].version;
}

it('ids are of version 7, name their millisecond and rise within a session', async () => {
  const before = Date.now();
  const ids = [...(await makeIds(pool, 10_000)), ...(await makeIds(pool, 10_000))];
  expect(ids.filter((id) => !VERSION_7.test(id))).toEqual([]);
  expect(isRising(ids)).toBe(true);
  expect(new Set(ids.map((id) => id.slice(19))).size).toBe(ids.length);
  expect(millisecondsOf(ids[0] ?? '')).toBeGreaterThanOrEqual(before - 1);
  expect(millisecondsOf(ids.at(-1) ?? '')).toBeLessThanOrEqual(Date.now() + 1);
});

it('on a server without its own, ids rise when the clock steps back, and when a transaction was rolled back', async () => {
  // One connection; our function, whatever the server is.
  await transaction(pool, async (db) => {
    await db.query('drop function {schema}.uuidv7() cascade');
    await installUuidv7(db, POSTGRES_15, { isOurs: false });
  });
  const before = Date.now();
  const ids = [...(await makeIds(pool, 10_000)), ...(await makeIds(pool, 10_000))];
  expect(ids.filter((id) => !VERSION_7.test(id))).toEqual([]);
  expect(isRising(ids)).toBe(true);
  expect(millisecondsOf(ids[0] ?? '')).toBeGreaterThanOrEqual(before - 1);

  await expect(
    transaction(pool, async (db) => {
      await makeIds(db, 10);
      throw new Error('undo');
    }),
  ).rejects.toThrow('undo');
  expect(isRising([...ids, ...(await makeIds(pool, 1))])).toBe(true);

  const anHourAhead = (Date.now() + 3_600_000) * 4096;
  await pool.query(`select set_config('access_mail.uuidv7', $1, false)`, [String(anHourAhead)]);
  const [first = '', ...more] = await makeIds(pool, 10_000);
  expect(millisecondsOf(first)).toBe(anHourAhead / 4096);
  expect(isRising([first, ...more])).toBe(true);
  expect(VERSION_7.test(first)).toBe(true);
});

it('a migration brings the function that the server needs, and leaves it where it is right', async () => {
  const languages = async () => {
    const { rows } = await pool.query<{ language: string; xmin: string }>(
      `select lanname as language, pg_proc.xmin::text from pg_proc join pg_language on pg_language.oid = prolang
       where pg_proc.oid = '{schema}.uuidv7()'::regprocedure`,
    );
    return rows[0];
  };
  await installUuidv7(pool, POSTGRES_15, { isOurs: true });
  expect((await languages())?.language).toBe('plpgsql');
  // As after pg_upgrade: the server is a newer one than the function was made for.
  await installUuidv7(pool, await version(), { isOurs: true });
  const brought = await languages();
  expect(brought?.language).toBe((await version()) >= 180_000 ? 'sql' : 'plpgsql');
  await installUuidv7(pool, await version(), { isOurs: true });
  expect(await languages()).toEqual(brought);
  expect(isRising(await makeIds(pool, 1_000))).toBe(true);
});
