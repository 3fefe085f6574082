import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import { afterAll, expect, it } from 'vitest';
import { clientFor } from '../../src/db/client.ts';
import { createPool } from '../../src/db/pool.ts';
import { databaseForFile } from '../support/database.ts';

const { config } = await databaseForFile();
const pool = createPool(config, { max: 1, onError: () => undefined });
afterAll(() => pool.end());
const QUOTED = { schema: `"${config.schema}"`, jobs: `"${config.jobsSchema}"` };

it('a statement that does not name its schema fails in every test', async () => {
  await expect(pool.query('select from event')).rejects.toThrow('relation "event" does not exist');
  await expect(pool.query(`select address_hash('x')`)).rejects.toThrow('does not exist');
});

it('names the schemas in a text, in a configuration, in a cursor and in a COPY', async () => {
  const names = `select '{schema}.event' as ours, '{jobs}.job' as jobs`;
  const found = { ours: `${QUOTED.schema}.event`, jobs: `${QUOTED.jobs}.job` };
  expect((await pool.query(names)).rows).toEqual([found]);
  expect((await pool.query({ text: names, name: 'prepared' })).rows).toEqual([found]);
  expect((await pool.query({ text: names, name: 'prepared' })).rows).toEqual([found]);
  const client = await pool.connect();
  try {
    const cursor = client.query(new Cursor(names));
    expect(await cursor.read(10)).toEqual([found]);
    await cursor.close();
    const chunks: Buffer[] = [];
    for await (const chunk of client.query(copyTo(`copy (${names}) to stdout`))) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe(`${found.ours}\t${found.jobs}\n`);
  } finally {
    client.release();
  }
});

it('takes the place of a name that a library has put into quotes, and leaves values and other braces alone', async () => {
  const { rows } = await pool.query(
    `select count(*)::int as count, $1::text as value, '{"a": "{read}"}' as json from "{schema}"."event"`,
    ['{schema}'],
  );
  expect(rows).toEqual([{ count: 0, value: '{schema}', json: '{"a": "{read}"}' }]);
});

it('leaves a configuration as it was, for a connection to another schema', async () => {
  const statement = Object.freeze({ text: `select '{schema}' as name` });
  expect((await pool.query(statement)).rows).toEqual([{ name: QUOTED.schema }]);
  const other = new (clientFor({ ...config, schema: 'other' }))(config.url);
  expect(other).toBeInstanceOf(pg.Client);
  await other.connect();
  expect((await other.query(statement)).rows).toEqual([{ name: '"other"' }]);
  await other.end();
});
