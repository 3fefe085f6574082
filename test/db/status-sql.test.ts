import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { createPool } from '../../src/db/pool.ts';
import { MESSAGE_STATUSES, statusesWhere } from '../../src/domain/delivery/status.ts';
import { databaseForFile } from '../support/database.ts';

const database = await databaseForFile();
const pool = createPool(database.config, { max: 1, onError: () => undefined });
afterAll(() => pool.end());

const FOLDER = new URL('../../src/db/', import.meta.url);
const known: ReadonlySet<string> = new Set(MESSAGE_STATUSES);

/** The lists of two message statuses or more that stand in a text. */
function listsOfStatuses(text: string): string[] {
  return Array.from(text.matchAll(/'\w+'(?:\s*,\s*'\w+')+/g), ([list]) => list).filter((list) =>
    list.split(',').every((one) => known.has(one.trim().slice(1, -1))),
  );
}

it('the index of pending messages holds just the pending statuses', async () => {
  const { rows } = await pool.query<{ condition: string }>(
    `select pg_get_expr(indpred, indrelid) as condition from pg_index where indexrelid = '{schema}.message_pending'::regclass`,
  );
  const indexed = Array.from((rows[0]?.condition ?? '').matchAll(/'(\w+)'/g), ([, status]) => status);
  expect(indexed.toSorted()).toEqual(statusesWhere(({ pending }) => pending !== null).toSorted());
});

it('no other index depends on statuses, but the one of what is scheduled', async () => {
  const { rows } = await pool.query<{ name: string }>(
    `select indexrelid::regclass::text as name from pg_index
     where indrelid = '{schema}.message'::regclass and pg_get_expr(indpred, indrelid) ~ 'status'`,
  );
  expect(rows.map(({ name }) => name.split('.').at(-1)).toSorted()).toEqual([
    'message_pending',
    'message_scheduled',
  ]);
});

it('SQL takes sets of statuses from the table, and lists none itself', () => {
  const listed = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) =>
      listsOfStatuses(readFileSync(new URL(name, FOLDER), 'utf8')).map((list) => [name, list]),
    );
  expect(listed).toEqual([]);
  expect(listsOfStatuses(`status in ('queued', 'sending') or state in ('queued', 'running')`)).toEqual([
    `'queued', 'sending'`,
  ]);
});
