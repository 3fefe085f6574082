import { expect, it } from 'vitest';
import { errorForLog } from '../src/log.ts';
import { openApp } from './support/app.ts';

const { pool, event } = await openApp();
const { id } = await event();

/** What is logged of the error that the statement fails with. */
async function logged(statement: string, values: readonly unknown[]): Promise<string> {
  const error = await pool.query(statement, [...values]).then(
    () => new Error('it did not fail'),
    (reason: unknown) => new Error('request failed', { cause: reason }),
  );
  return JSON.stringify([errorForLog(error), errorForLog(error.cause)]);
}

const INSERT = `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, registered_at)
  values ($1, $2, $3, '', $4, now())`;
const PERSON = ['zerlina@example.com', 'Zerlina Quast', 'a1b2c3d4e5f6'];

it('an error of Postgres is logged without the row that it repeats', async () => {
  await pool.query(INSERT, [id, ...PERSON]);
  const twice = await logged(INSERT, [id, ...PERSON]);
  expect(twice).toContain('duplicate key value violates unique constraint');
  expect(twice).toContain('23505');
  const incomplete = await logged(INSERT, [id, PERSON[0], null, PERSON[2]]);
  expect(incomplete).toContain('violates not-null constraint');
  for (const text of [twice, incomplete]) expect(text).not.toMatch(/zerlina|quast|a1b2c3/i);
});

it('an error of Postgres is logged without the value that it refused', async () => {
  const text = await logged('select $1::uuid', ['Zerlina "Quast"']);
  expect(text).toContain('invalid input syntax for type uuid');
  expect(text).not.toMatch(/zerlina|quast/i);
});

it('what a server said is logged without addresses and keys, and an error within another as well', () => {
  const said = Object.assign(new Error('550 5.1.1 <zerlina@example.com>: User unknown'), {
    response: '550 5.1.1 <zerlina@example.com>: User unknown',
    rejected: ['zerlina@example.com'],
  });
  const link = new Error('no answer from https://e.test/e/x/live?email=zerlina%40example.com&key=a1b2c3d4');
  const text = JSON.stringify(errorForLog(new AggregateError([said, link], 'two failed')));
  expect(text).toContain('550 5.1.1');
  expect(text).toContain('two failed');
  expect(text).not.toMatch(/zerlina|a1b2c3/i);
});

it('the places in files stay as they are', () => {
  const error = new Error('no');
  error.stack =
    'Error: no ada@example.com\n    at send (file:///app/node_modules/@hono/node-server/index.js:1:2)';
  expect(JSON.stringify(errorForLog(error))).toContain(
    'no [address]\\n    at send (file:///app/node_modules/@hono/node-server/index.js:1:2)',
  );
});

it('an error that holds itself, and what is no error, are logged as well', () => {
  const loop = Object.assign(new Error('loops'), { inner: {} });
  loop.inner = { loop };
  expect(JSON.stringify(errorForLog(loop))).toContain('loops');
  expect(errorForLog('zerlina@example.com left')).toBe('[address] left');
  expect(errorForLog(undefined)).toBeUndefined();
});
