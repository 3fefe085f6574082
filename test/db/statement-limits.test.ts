import { afterAll, expect, it } from 'vitest';
import { allow, allowing, createPool, type Db, transaction } from '../../src/db/pool.ts';
import { STATEMENT_LIMIT_MS, type StatementLimit, statementTimeout } from '../../src/db/statement-limits.ts';
import { databaseForFile } from '../support/database.ts';

const { config } = await databaseForFile();
const pool = createPool(config, { max: 1, onError: () => undefined });
afterAll(() => pool.end());

/** After how many milliseconds Postgres cancels a statement now. */
async function limitAt(db: Db): Promise<number> {
  const { rows } = await db.query<{ ms: number }>(
    `select setting::int as ms from pg_settings where name = 'statement_timeout'`,
  );
  return rows[0]?.ms ?? 0;
}
const { short, slice, event } = STATEMENT_LIMIT_MS;

it('a statement has the usual limit where nothing else is said, in a transaction and outside', async () => {
  expect(await limitAt(pool)).toBe(short);
  expect(await transaction(pool, limitAt)).toBe(short);
});

it.each(Object.keys(STATEMENT_LIMIT_MS) as StatementLimit[])(
  'a transaction may have the limit “%s”',
  async (limit) => {
    expect(await transaction(pool, limitAt, { limit })).toBe(statementTimeout(limit));
    expect(await limitAt(allowing(pool, limit))).toBe(statementTimeout(limit));
    expect(await limitAt(pool)).toBe(short);
  },
);

it('an action may raise the limit of its transaction, which ends with that: committed or undone', async () => {
  const raised = (limit: StatementLimit) =>
    transaction(pool, async (db) => {
      await allow(db, limit);
      const limits = [await limitAt(db)];
      // A part of the action needs less.
      await allow(db, 'slice');
      return [...limits, await limitAt(db)];
    });
  expect(await raised('event')).toEqual([event, event]);
  expect(await raised('short')).toEqual([short, slice]);
  const undone = transaction(pool, async (db) => {
    await allow(db, 'event');
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await limitAt(pool)).toBe(short);
});

it('a pool may have another one for all its statements', async () => {
  const migrating = createPool(config, { max: 1, limit: 'migration', onError: () => undefined });
  expect(await limitAt(migrating)).toBe(statementTimeout('migration'));
  expect(await transaction(migrating, limitAt)).toBe(statementTimeout('migration'));
  await migrating.end();
});

it('nobody raises a limit outside a transaction, where it would stay', async () => {
  await expect(allow(pool, 'event')).rejects.toThrow('not on the pool');
});
