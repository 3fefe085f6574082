import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, connect as openSocket, type Socket } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { createPool } from '../../src/db/pool.ts';
import { listen } from '../../src/queue/listen.ts';
import { databaseForFile } from '../support/database.ts';
import { waitFor } from '../support/wait-for.ts';

const database = await databaseForFile();
const pool = createPool(database.config, { max: 2, onError: () => undefined });
afterAll(() => pool.end());

interface Change {
  readonly url?: string;
  readonly heartbeatMs?: number;
  readonly answerMs?: number;
}

/** Listens on a channel of its own, and keeps what it hears. */
async function listener({ url = database.config.url, ...times }: Change = {}) {
  const channel = `test ${randomUUID()}`;
  const heard: string[] = [];
  const errors: Error[] = [];
  let listening = 0;
  const { close } = await listen({
    ...{ url, channel, ...times },
    onNotification: (payload) => heard.push(payload),
    onListening: () => listening++,
    onError: (error) => errors.push(error),
  });
  afterAll(close);
  return {
    ...{ heard, errors, close },
    listening: () => listening,
    notify: (payload: string) => pool.query('select pg_notify($1, $2)', [channel, payload]),
    /** The sessions that listen on it. */
    sessions: async () => {
      const { rows } = await pool.query<{ pid: number }>(
        `select pid from pg_stat_activity where application_name = 'access-mail listen' and query like '%' || $1 || '%'`,
        [channel],
      );
      return rows.map(({ pid }) => pid);
    },
  };
}

/** A way to the database that can fall silent: its sockets stay open, and nothing comes through any more. */
async function openRelay() {
  const { hostname, port } = new URL(database.config.url);
  const sockets = new Set<Socket>();
  let silent = false;
  const server = createServer((client) => {
    const postgres = openSocket(Number(port), hostname);
    for (const [from, to] of [
      [client, postgres],
      [postgres, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => silent || to.write(chunk));
      from.on('error', () => undefined);
      from.on('close', () => to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const url = new URL(database.config.url);
  url.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: url.href,
    setSilent: (value: boolean) => {
      silent = value;
    },
  };
}

it('hears what is announced', async () => {
  const { heard, notify, listening, errors } = await listener();
  expect(listening()).toBe(1);
  await notify('first');
  await notify('');
  await waitFor(() => expect(heard).toEqual(['first', '']));
  expect(errors).toEqual([]);
});

it('replaces a lost connection, and says that something may have been missed', async () => {
  const { heard, notify, listening, errors, sessions } = await listener();
  await pool.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [await sessions()]);
  await waitFor(() => expect(listening()).toBe(2));
  expect(errors).toHaveLength(1);
  await notify('after');
  await waitFor(() => expect(heard).toEqual(['after']));
});

it('replaces a connection that has fallen silent', async () => {
  const relay = await openRelay();
  const { heard, notify, listening, errors } = await listener({
    ...{ url: relay.url, heartbeatMs: 20, answerMs: 2_000 },
  });
  relay.setSilent(true);
  await waitFor(() => expect(errors).toHaveLength(1));
  expect(errors[0]?.message).toBe('The connection that listens gives no answer.');
  relay.setSilent(false);
  await waitFor(() => expect(listening()).toBe(2));
  await notify('after');
  await waitFor(() => expect(heard).toEqual(['after']));
});

it('replaces a connection that no longer listens', async () => {
  const { listening, errors } = await listener({
    // It will find another function of that name, which says what a pooler says that has lent the session to others.
    heartbeatMs: 20,
    url: `${database.config.url}?options=-csearch_path%3Dfake,pg_catalog`,
  });
  await pool.query(
    `create schema fake;
     create function fake.pg_listening_channels() returns setof text language sql return null::text`,
  );
  await waitFor(() => expect(errors[0]?.message).toMatch(/no longer listens on test/));
  await pool.query('drop schema fake cascade');
  await waitFor(() => expect(listening()).toBeGreaterThan(1));
});

it('replaces a connection to a server that takes no changes any more: another announces what happens now', async () => {
  const { listening, errors, heard, notify } = await listener({
    heartbeatMs: 20,
    url: `${database.config.url}?options=-csearch_path%3Dread_only,pg_catalog`,
  });
  await pool.query(
    `create schema read_only;
     create function read_only.current_setting(text) returns text language sql return 'on'`,
  );
  await waitFor(() => expect(errors[0]?.message).toMatch(/takes no changes/));
  await pool.query('drop schema read_only cascade');
  await waitFor(() => expect(listening()).toBeGreaterThan(1));
  await notify('after');
  await waitFor(() => expect(heard).toContain('after'));
});

it('leaves no connection when it is closed, whether it listens or tries to', async () => {
  const { close, sessions } = await listener();
  expect(await sessions()).toHaveLength(1);
  await close();
  await waitFor(async () => expect(await sessions()).toEqual([]));

  const lost = await listener();
  await pool.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [await lost.sessions()]);
  await waitFor(() => expect(lost.errors).toHaveLength(1));
  await lost.close();
  expect(await lost.sessions()).toEqual([]);
  expect(lost.listening()).toBe(1);
});

it('rejects where no connection can be made', async () => {
  const nowhere = new URL(database.config.url);
  nowhere.port = '9';
  await expect(listener({ url: nowhere.href })).rejects.toThrow('ECONNREFUSED');
});
