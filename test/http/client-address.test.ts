import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { clientAddress, limitKey } from '../../src/http/client-address.ts';
import { createKeyedLock } from '../../src/http/keyed-lock.ts';
import { createTokenBucket } from '../../src/http/token-bucket.ts';

async function seen(trustProxy: number, forwarded?: string): Promise<string> {
  const app = new Hono().get('/', (c) => c.text(clientAddress(c, trustProxy)));
  const env = { incoming: { socket: { remoteAddress: '192.0.2.9', remotePort: 1, remoteFamily: 'IPv4' } } };
  const response = await app.request(
    '/',
    { headers: forwarded ? { 'x-forwarded-for': forwarded } : {} },
    env,
  );
  return response.text();
}

it('believes no header without a proxy in front', async () => {
  expect(await seen(0, '203.0.113.7')).toBe('192.0.2.9');
});

it('believes as many entries from the right as there are proxies', async () => {
  expect(await seen(1, 'invented, 203.0.113.7')).toBe('203.0.113.7');
  expect(await seen(2, 'invented, 203.0.113.7, 10.0.0.1')).toBe('203.0.113.7');
  expect(await seen(1)).toBe('192.0.2.9');
});

it.each([
  ['198.51.100.8', '198.51.100.8'],
  ['198.51.100.8:10001', '198.51.100.8'],
  ['198.51.100.8:', '198.51.100.8'],
  ['"198.51.100.8:10001"', '198.51.100.8'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['"[2001:db8::1]:443"', '2001:db8::1'],
  ['[fe80::1%eth0]:443', 'fe80::1%eth0'],
  ['::ffff:198.51.100.8', '::ffff:198.51.100.8'],
  ['unknown', '192.0.2.9'],
  ['_hidden', '192.0.2.9'],
  ['198.51.100.8:x', '192.0.2.9'],
  ['198.51.100.800', '192.0.2.9'],
  ['198.51.100.08', '192.0.2.9'],
  ['[198.51.100.8', '192.0.2.9'],
  ['[]:443', '192.0.2.9'],
  ['', '192.0.2.9'],
  ['for=198.51.100.8', '192.0.2.9'],
  ["198.51.100.8' or 1=1", '192.0.2.9'],
])('reads the entry %s as %s', async (entry, address) => {
  expect(await seen(1, entry)).toBe(address);
});

it('takes each way in which a proxy names one client for one client, whatever its port', async () => {
  const entries = Array.from({ length: 150 }, (_, i) => `198.51.100.8:${10_000 + i}`);
  const six = ['[2001:db8::1]:443', '[2001:DB8:0:0:ffff::9]:444', '"2001:db8::7"', '2001:db8:0:0::3%eth0'];
  const keys = async (all: readonly string[]) =>
    new Set(await Promise.all(all.map(async (entry) => limitKey(await seen(1, entry)))));
  expect(await keys([...entries, '::ffff:198.51.100.8', '::ffff:c633:6408'])).toEqual(
    new Set(['198.51.100.8']),
  );
  expect(await keys(six)).toEqual(new Set(['2001:db8:0:0::/64']));
});

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['unknown', 'unknown'],
  ['::ffff:cb00:7107', '203.0.113.7'],
  ['::', '0:0:0:0::/64'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('counts %s as %s', (address, key) => {
  expect(limitKey(address)).toBe(key);
});

it('a token bucket gives its burst at once, then as it refills', () => {
  const take = createTokenBucket({ perSecond: 10, burst: 3, bytes: 64 * 1024 });
  expect([take('a', 0), take('a', 0), take('a', 0)]).toEqual([0, 0, 0]);
  expect(take('a', 0)).toBe(100);
  expect(take('b', 0)).toBe(0);
  expect(take('a', 100)).toBe(0);
  expect(take('a', 150)).toBeCloseTo(50);
  expect([take('a', 10_000), take('a', 10_000), take('a', 10_000)]).toEqual([0, 0, 0]);
  expect(take('a', 10_000)).toBe(100);
});

it('a keyed lock runs one key’s work in turn, other keys’ meanwhile, and goes on after a failure', async () => {
  const inTurn = createKeyedLock();
  const log: string[] = [];
  const work =
    (name: string, fails = false) =>
    async () => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const results = await Promise.allSettled([
    inTurn('x', work('x1', true)),
    inTurn('x', work('x2')),
    inTurn('y', work('y1')),
  ]);
  expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(log.indexOf('x1 ends')).toBeLessThan(log.indexOf('x2 begins'));
  expect(log.indexOf('y1 begins')).toBeLessThan(log.indexOf('x1 ends'));
});
