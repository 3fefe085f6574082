import dns from 'node:dns';
import { afterEach, expect, it, vi } from 'vitest';
import { databaseAt } from '../../src/config.ts';
import { isTemporary } from '../../src/db/database-error.ts';
import { lookUp } from '../../src/db/host-name.ts';
import { createPool } from '../../src/db/pool.ts';
import { databaseForFile } from '../support/database.ts';

const { env } = await databaseForFile();
const UNANSWERED = 'unanswered.test';

/** Nothing is ever said about one name; others are looked up as usual. */
function leaveUnanswered() {
  const { lookup } = dns;
  const spy = vi.spyOn(dns, 'lookup') as unknown as { mock: { calls: unknown[][] } } & {
    mockImplementation(work: (...args: Parameters<typeof lookup>) => void): void;
  };
  spy.mockImplementation((...args) => (args[0] === UNANSWERED ? undefined : lookup(...args)));
  return () => spy.mock.calls.filter(([host]) => host === UNANSWERED).length;
}

afterEach(() => vi.restoreAllMocks());

it('keeps one thread for a host whose name nobody tells, however many connections are made past it', async () => {
  const looked = leaveUnanswered();
  const { host } = new URL(env.DATABASE_URL);
  const asked: string[] = [];
  for (let i = 0; i < 5; i++) {
    // An answer counts for a second for its own address alone: each asks anew.
    const url = `${env.DATABASE_URL.replace(host, `${UNANSWERED}:5432,${host}`)}?application_name=test-${i}`;
    const pool = createPool(databaseAt(url), { max: 1, onError: () => undefined });
    const { rows } = await pool.query<{ name: string }>('select current_database() as name');
    asked.push(rows[0]?.name ?? '');
    await pool.end();
  }
  expect(asked).toEqual(Array(5).fill(new URL(env.DATABASE_URL).pathname.slice(1)));
  expect(looked()).toBe(1);
});

it('gives up in time, as for a database that is away, and takes the same look-up for the next', async () => {
  const looked = leaveUnanswered();
  const host = UNANSWERED;
  const [error] = await Promise.all([
    lookUp(host, 10).catch((e: unknown) => e),
    lookUp(host, 10).catch(() => undefined),
  ]);
  expect(isTemporary(error)).toBe(true);
  expect(looked()).toBeLessThanOrEqual(1);
});

it('looks nothing up for an address or a folder of sockets, and tells that a name is not known', async () => {
  const spy = vi.spyOn(dns, 'lookup');
  await lookUp('127.0.0.1', 10);
  await lookUp('::1', 10);
  await lookUp('/var/run/postgresql', 10);
  expect(spy).not.toHaveBeenCalled();
  await expect(lookUp('nowhere.invalid', 5_000)).rejects.toMatchObject({ syscall: 'getaddrinfo' });
});
