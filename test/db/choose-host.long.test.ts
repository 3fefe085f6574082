import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/embedded/free-port.ts';
import { databaseAt } from '../../src/config.ts';
import { isTemporary } from '../../src/db/database-error.ts';
import { createPool, type Pool, transaction } from '../../src/db/pool.ts';
import { findPostgres } from '../support/find-postgres.ts';
import { openPostgresPair, type PostgresPair } from '../support/postgres-pair.ts';
import { waitFor } from '../support/wait-for.ts';

const WHERE = 'select inet_server_port() as port, pg_is_in_recovery() as "isStandby"';

describe.skipIf(!findPostgres())('an address with several hosts', () => {
  let pair: PostgresPair;
  const pools: Pool[] = [];
  beforeAll(async () => {
    pair = await openPostgresPair();
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await pair.close();
  });

  function open(url: string, options: { readonly purpose?: 'read' } = {}): Pool {
    const pool = createPool(databaseAt(url), { max: 3, onError: () => undefined, ...options });
    pools.push(pool);
    return pool;
  }
  const portOf = (url: string) => Number(new URL(url).port);
  const whereLeads = async (url: string, options?: { readonly purpose?: 'read' }) =>
    (await open(url, options).query(WHERE)).rows[0];

  it('leads to the one that is not in recovery, in whichever order they stand', async () => {
    const primary = { port: portOf(pair.primary), isStandby: false };
    expect(await whereLeads(pair.both())).toEqual(primary);
    expect(await whereLeads(pair.both({ standbyFirst: true }))).toEqual(primary);
    // A third one that nobody listens at.
    const dead = `127.0.0.1:${await freePort()}`;
    const { host } = new URL(pair.primary);
    expect(await whereLeads(pair.both().replace(host, `${dead},${host}`))).toEqual(primary);
  });

  it('leads a reader to the one that is in recovery, and to the other where none is', async () => {
    expect(await whereLeads(pair.both(), { purpose: 'read' })).toEqual({
      port: portOf(pair.standby),
      isStandby: true,
    });
    const { host } = new URL(pair.standby);
    const withoutStandby = pair.both().replace(host, `127.0.0.1:${await freePort()}`);
    expect(await whereLeads(withoutStandby, { purpose: 'read' })).toMatchObject({ isStandby: false });
  });

  it('leads nowhere for a while where all are in recovery or away, and says of each why', async () => {
    const { host } = new URL(pair.primary);
    const pool = open(pair.both().replace(host, `127.0.0.1:${await freePort()}`));
    const error = await pool.query('select 1').catch((e: unknown) => e);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^None of the hosts .*ECONNREFUSED.*:\d+ \(in recovery\)\.$/),
    });
    expect(isTemporary(error)).toBe(true);
  });

  it('says at once that a password is wrong', async () => {
    const wrong = pair.both().replace(new URL(pair.primary).password, 'another-one');
    const error = await open(wrong)
      .query('select 1')
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: '28P01' });
    expect(isTemporary(error)).toBe(false);
  });

  it('leads past a host that takes connections and says nothing, whether it stands first or last', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const { host } = new URL(pair.primary);
    const primary = { port: portOf(pair.primary), isStandby: false };
    for (const hosts of [`127.0.0.1:${port},${host}`, `${host},127.0.0.1:${port}`]) {
      const pool = open(pair.primary.replace(host, hosts));
      // At once, and again when it is known to be silent.
      for (let i = 0; i < 2; i++) {
        const client = await pool.connect();
        expect((await client.query(WHERE)).rows[0]).toEqual(primary);
        client.release(true);
      }
    }
    const alone = open(pair.primary.replace(host, `127.0.0.1:${port},127.0.0.1:${port}`));
    const error = await alone.query('select 1').catch((e: unknown) => e);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^None of the hosts .*\(no answer for 3 s\)/),
    });
    expect(isTemporary(error)).toBe(true);
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('leads to the first of two that both say they are no standby, and past one that takes no changes', async () => {
    const other = await openPostgresPair();
    try {
      for (const { on } of [pair, other])
        await on(
          'primary',
          `create role split login superuser password 'split'`,
          'create table public.split (n int)',
        );
      const hosts = [pair, other].map(({ primary }) => new URL(primary).host);
      const url = `postgres://split:split@${hosts.join(',')}/postgres`;
      const pool = open(url);
      const client = await pool.connect();
      expect((await client.query(WHERE)).rows[0]).toMatchObject({ port: portOf(pair.primary) });
      await pool.query('insert into public.split values (1)');

      await pair.on(
        'primary',
        'alter system set default_transaction_read_only = on',
        'select pg_reload_conf()',
      );
      // Sessions that are there hear of it, too; none of them is kept after a statement that found it out.
      const write = () => transaction(pool, (db) => db.query('insert into public.split values (2)'));
      const errors: unknown[] = [];
      await waitFor(() =>
        write().catch((error: unknown) => {
          errors.push(error);
          throw error;
        }),
      );
      expect(errors.every(isTemporary)).toBe(true);
      expect(await other.on('primary', 'select n from public.split')).toEqual([{ n: 2 }]);
      client.release();
      const leads = await Promise.all([1, 2, 3].map(() => pool.query(WHERE)));
      expect(new Set(leads.map(({ rows }) => rows[0].port))).toEqual(new Set([portOf(other.primary)]));
      // Where no other takes changes, pages can still be read.
      expect(await whereLeads(pair.both())).toMatchObject({ port: portOf(pair.primary) });
    } finally {
      await pair.on(
        'primary',
        'set default_transaction_read_only = off',
        'alter system reset default_transaction_read_only',
        'select pg_reload_conf()',
      );
      await other.close();
    }
  });

  it('no commit counts that a synchronous standby has not confirmed', async () => {
    const other = await openPostgresPair();
    try {
      const pool = open(other.both());
      await pool.query('create table public.kept (n int)');
      await other.replicateSynchronously();
      const write = (n: number) => pool.query('insert into public.kept values ($1)', [n]);
      await write(1);
      await other.stopStandby();
      const unconfirmed = await Promise.allSettled([
        write(2),
        transaction(pool, (db) => db.query('insert into public.kept values (3)')),
      ]);
      for (const one of unconfirmed) expect(one.status === 'rejected' && isTemporary(one.reason)).toBe(true);
      const count = async () => (await pool.query('select count(*) as n from public.kept')).rows[0].n;
      // Nobody sees it, and nobody waits for what is only read.
      expect(await count()).toBe(1);
      await other.startStandby();
      // What was given up is there all the same.
      await waitFor(async () => expect(await count()).toBe(3));
      await waitFor(() => write(4));
    } finally {
      await other.close();
    }
  });

  // The last one: it ends the pair.
  it('leads a pool whose primary was killed to the promoted one, whatever the pool was doing', async () => {
    const pool = open(pair.both());
    await pool.query('create table public.note (n int)');
    const held = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
    for (const client of held) await client.query(WHERE);
    held[0]?.release();
    held[1]?.release();
    const underWay = held[2]?.query('select pg_sleep(600)').catch((e: unknown) => e);
    await pair.killPrimary();
    expect(isTemporary(await underWay)).toBe(true);
    held[2]?.release(true);
    await expect(transaction(pool, (db) => db.query('insert into public.note values (1)'))).rejects.toSatisfy(
      isTemporary,
    );
    const promoting = pair.promote();
    await waitFor(() => transaction(pool, (db) => db.query('insert into public.note values (2)')));
    await promoting;
    expect((await pool.query(WHERE)).rows).toEqual([{ port: portOf(pair.standby), isStandby: false }]);
  });
});
