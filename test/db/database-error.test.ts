import { connect, createServer } from 'node:net';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { databaseAt } from '../../src/config.ts';
import { ERROR_MEANINGS, isTemporary } from '../../src/db/database-error.ts';
import { createPool, transaction } from '../../src/db/pool.ts';
import { NoAnswer } from '../../src/db/silence.ts';
import { asAppError } from '../../src/http/problem.ts';
import { databaseForFile } from '../support/database.ts';

const { config } = await databaseForFile();
const pool = createPool(config, { max: 2, onError: () => undefined });
afterAll(() => pool.end());

const withCode = (code: string, more: object = {}) =>
  Object.assign(new Error('as a library throws it'), { code }, more);
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('an error', () => {
  it.each([
    ['a lost connection', withCode('08006')],
    ['a failover: read-only', withCode('25006')],
    ['a deadlock', withCode('40P01')],
    ['two that changed the same', withCode('40001')],
    ['a full disk', withCode('53100')],
    ['too many connections', withCode('53300')],
    ['a lock that somebody else holds', withCode('55P03')],
    ['a statement that took too long', withCode('57014')],
    ['Postgres stopping', withCode('57P01')],
    ['Postgres starting', withCode('57P03')],
    ['a disk that fails', withCode('58030')],
    ['a connection that leads nowhere', new NoAnswer('No answer.')],
    ['a refused connection', withCode('ECONNREFUSED')],
    ['a reset connection', withCode('ECONNRESET')],
    ['a host that does not answer', withCode('ETIMEDOUT')],
    ['a name that nobody knows', withCode('ENOTFOUND')],
    ['no file of a socket', withCode('ENOENT', { syscall: 'connect' })],
    ['what caused another', new Error('The queue failed.', { cause: withCode('57P01') })],
    ['no connection in time', new Error('timeout exceeded when trying to connect')],
    ['a connection that ended', new Error('Connection terminated unexpectedly')],
  ])('that may pass is temporary: %s', (_, error) => {
    expect(isTemporary(error)).toBe(true);
    expect(asAppError(error)).toMatchObject({ code: 'unavailable', retryAfter: 5 });
  });

  it.each([
    ['a check of ours', withCode('23514')],
    ['a statement that is wrong', withCode('42601')],
    ['a table that is not there', withCode('42P01')],
    ['a wrong password', withCode('28P01')],
    ['a database that was deleted', withCode('57P04')],
    ['a file that is not there', withCode('ENOENT', { syscall: 'open' })],
    ['an error of ours', new TypeError('x is not a function')],
    ['no error at all', 'ECONNRESET'],
  ])('that stays is not temporary: %s', (_, error) => {
    expect(isTemporary(error)).toBe(false);
    expect(asAppError(error)).toBeNull();
  });

  it.each([
    ['a NUL in a text', withCode('22021')],
    ['a day that does not exist', withCode('22008')],
    ['a unique index', withCode('23505')],
    ['a row that is not there', withCode('23503')],
    ['what caused another', new Error('The action failed.', { cause: withCode('22P02') })],
  ])('about a value is bad input over HTTP, and not temporary: %s', (_, error) => {
    expect(isTemporary(error)).toBe(false);
    expect(asAppError(error)).toMatchObject({ code: 'invalid_input' });
  });

  it('has one meaning: no code of the table repeats what the shorter one before it says', () => {
    for (const [code, { temporary }] of Object.entries(ERROR_MEANINGS)) {
      const shorter = Object.keys(ERROR_MEANINGS).find((other) => code !== other && code.startsWith(other));
      if (shorter) expect(ERROR_MEANINGS[shorter]?.temporary, code).toBe(!temporary);
    }
  });
});

describe('what Postgres and the network really throw is temporary', () => {
  it('where the database is read-only', async () => {
    const writing = transaction(pool, async (db) => {
      await db.query('set transaction read only');
      await db.query(`insert into {schema}.rate_limit values ('x', 1, 1)`);
    });
    expect(isTemporary(await failureOf(writing))).toBe(true);
  });

  it('where a statement took too long', async () => {
    const sleeping = transaction(pool, async (db) => {
      await db.query('set local statement_timeout = 20');
      await db.query('select pg_sleep(60)');
    });
    const error = await failureOf(sleeping);
    expect(error).toMatchObject({ code: '57014' });
    expect(isTemporary(error)).toBe(true);
  });

  it('where the session was ended in the middle of a statement', async () => {
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const sleeping = failureOf(client.query('select pg_sleep(60)'));
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    const error = await sleeping;
    client.release(true);
    expect(error).toBeInstanceOf(pg.DatabaseError);
    expect(isTemporary(error)).toBe(true);
  });

  it('where nobody listens, or whoever listens hangs up', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const nowhere = createPool(databaseAt(`postgres://127.0.0.1:${port}/x`), { onError: () => undefined });
    expect(isTemporary(await failureOf(nowhere.query('select 1')))).toBe(true);
    await new Promise((resolve) => server.close(resolve));
    await new Promise((resolve) => connect(port, '127.0.0.1').on('error', resolve));
    expect(isTemporary(await failureOf(nowhere.query('select 1')))).toBe(true);
    await nowhere.end();
  });
});
