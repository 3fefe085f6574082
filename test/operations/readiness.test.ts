import { createServer, type Socket } from 'node:net';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { databaseAt } from '../../src/config.ts';
import { openBreaker } from '../../src/db/circuit-breaker.ts';
import { createPool, type DatabaseConfig } from '../../src/db/pool.ts';
import { createLogger } from '../../src/log.ts';
import { createOperations } from '../../src/operations/operations.ts';
import { operationRoutes } from '../../src/operations/routes.ts';
import { openApp } from '../support/app.ts';
import { createDatabase } from '../support/database.ts';
import { waitFor } from '../support/wait-for.ts';

const log = createLogger({ logLevel: 'silent' });

/** `/readyz` and `/metrics` of a process whose pool has two connections. */
function processOn(database: DatabaseConfig, findObstacle?: () => string | null) {
  const pool = createPool({ ...database, pool: 2 }, { onError: () => undefined });
  const operations = createOperations({ pool, log, now: () => new Date(), findObstacle });
  const routes = operationRoutes(operations, log);
  afterAll(() => void pool.end());
  const get = async (path: string) => {
    const answer = await routes.request(path);
    return {
      status: answer.status,
      headers: answer.headers,
      json: (await answer.json()) as { readonly detail?: string; readonly mail?: { readonly state: string } },
    };
  };
  return { pool, operations, get };
}

describe('/readyz', () => {
  it('answers 200 also while mail is refused, and says so', async () => {
    const app = await openApp();
    const reason = '535 wrong password';
    await openBreaker(app.pool, 'smtp', {
      scope: 'account',
      key: '',
      openedAt: app.clock.now,
      reason,
      probeAt: app.clock.now,
    });
    await waitFor(async () => {
      const { status, json } = await app.request('/readyz');
      expect(status).toBe(200);
      expect(json).toEqual({ status: 'ok', mail: { state: 'refused', reason } });
    });
  });

  it('answers 503 where the database is not there, with a sentence and when to ask again', async () => {
    const { get } = processOn(databaseAt('postgres://127.0.0.1:9/nowhere'));
    const { status, headers, json } = await get('/readyz');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('5');
    expect(json).toEqual({ status: 'unavailable', detail: 'The database cannot be reached.' });
    expect((await get('/healthz')).status).toBe(200);
  });

  it('answers 503 where the database takes connections and says nothing', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { get } = processOn(databaseAt(`postgres://127.0.0.1:${port}/silent`));
    expect((await get('/readyz')).status).toBe(503);
    expect((await get('/metrics?scope=cluster')).status).toBe(503);
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('answers 503 where the database is behind this version, or was never migrated', async () => {
    const database = await createDatabase();
    const { pool, get } = processOn(database.config);
    await waitFor(async () => expect((await get('/readyz')).status).toBe(200));
    const { rows } = await pool.query(
      'delete from {schema}.migration where id = (select max(id) from {schema}.migration) returning name',
    );
    const detail = 'The database is not migrated to this version: run `npm run migrate`.';
    expect(rows).toHaveLength(1);
    await waitFor(async () => expect((await get('/readyz')).json.detail).toBe(detail));
    await pool.query('drop table {schema}.migration');
    await waitFor(async () => expect((await get('/readyz')).json.detail).toBe(detail));
    await pool.end();
    await database.drop();
  });

  it('answers 503 as soon as the process stops, and where something else keeps it', async () => {
    const app = await openApp();
    const starting = processOn(app.config.database, () => 'It is starting.');
    expect((await starting.get('/readyz')).json.detail).toBe('It is starting.');
    const running = processOn(app.config.database);
    expect(running.operations.readiness.isWatched()).toBe(false);
    running.operations.readiness.stop();
    expect((await running.get('/readyz')).json).toEqual({ status: 'unavailable', detail: 'It is stopping.' });
    expect(running.operations.readiness.isWatched()).toBe(true);
  });

  it('answers 200 while all connections are busy and some come back, 503 where none does', async () => {
    const app = await openApp();
    const { pool, get } = processOn(app.config.database);
    const held = await Promise.all([pool.connect(), pool.connect()]);
    expect((await get('/readyz')).status).toBe(503);
    let isOver = false;
    // Each takes the next connection before /readyz, which came later, gets one.
    const busy = async (): Promise<void> => {
      while (!isOver) {
        const waiting = [pool.query('select pg_sleep(0.05)'), pool.query('select pg_sleep(0.05)')];
        await Promise.all(waiting);
      }
    };
    const work = [busy(), busy(), busy()];
    for (const client of held) client.release();
    await waitFor(async () => expect((await get('/readyz')).status).toBe(200));
    isOver = true;
    await Promise.all(work);
  });

  it('asks the database once for all who ask at once', async () => {
    const app = await openApp();
    const { pool, get } = processOn(app.config.database);
    await waitFor(async () => expect((await get('/readyz')).json.mail?.state).toBe('ok'));
    const query = vi.spyOn(pool, 'query');
    const answers = await Promise.all(Array.from({ length: 50 }, () => get('/readyz')));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    const asked = query.mock.calls.filter(([text]) => String(text).includes('migration'));
    expect(asked).toHaveLength(1);
  });
});

describe('/metrics', () => {
  it('tells what the process did without asking the database', async () => {
    const { operations } = processOn(databaseAt('postgres://127.0.0.1:9/nowhere'));
    const routes = operationRoutes(operations, log);
    const own = await routes.request('/metrics');
    expect([own.status, await own.text()]).toEqual([
      200,
      expect.stringContaining('access_mail_database_waiting 0'),
    ]);
    expect((await routes.request('/metrics?scope=cluster')).status).toBe(503);
  });
});
