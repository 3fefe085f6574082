import { describe, expect, it } from 'vitest';
import { createDns } from '../../src/lib/dns.ts';
import { createPublicHosts, reachOf } from '../../src/lib/public-address.ts';
import { openDnsServer } from '../support/dns-server.ts';

describe('an address', () => {
  it.each([...['8.8.8.8', '1.1.1.1', '2606:4700::1111', '::ffff:8.8.8.8']])('is public: %s', (address) => {
    expect(reachOf(address)).toBe('public');
  });

  it.each([...['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1']])(
    'is this machine: %s',
    (address) => {
      expect(reachOf(address)).toBe('loopback');
    },
  );

  it.each([
    ...[
      '0.0.0.0',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '100.64.0.1',
      '169.254.169.254',
    ],
    ...['192.0.0.8', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.7', '224.0.0.1', '240.0.0.1'],
    ...['255.255.255.255', '168.63.129.16', '::', '::7f00:1', '::ffff:10.0.0.1', '64:ff9b::7f00:1'],
    ...['64:ff9b::808:808', '64:ff9b:1::1', 'fe80::1', 'fc00::1', 'fd00:ec2::254', 'fec0::1', 'ff02::1'],
    ...[
      '2001:db8::1',
      '2001::1',
      '2002:7f00:1::',
      '3fff::1',
      '100::1',
      '5f00::1',
      'fe80::1%eth0',
      'example.com',
      '',
    ],
  ])('is neither: %s', (address) => {
    expect(reachOf(address)).toBe('other');
  });
});

describe('a host', async () => {
  const { address } = await openDnsServer({
    'public.test': { a: ['93.184.216.34'] },
    'private.test': { a: ['10.0.0.1'] },
    'mixed.test': { a: ['93.184.216.34', '127.0.0.1'] },
    'empty.test': {},
    'broken.test': { fails: true },
  });
  const dns = createDns([address]);
  const resolve = createPublicHosts(dns, { loopback: false });

  it.each(['public.test', 'public.test.', '8.8.8.8', '[2606:4700::1111]'])('is taken: %s', async (host) => {
    expect((await resolve(host)).type).toBe('found');
  });

  it.each([
    ...['private.test', 'mixed.test', 'empty.test', 'missing.test', 'localhost', 'a.localhost', '127.0.0.1'],
    ...['[::1]', '[::ffff:7f00:1]', '169.254.169.254'],
  ])('is refused: %s', async (host) => {
    expect((await resolve(host)).type).toBe('refused');
  });

  it('is neither where the DNS fails', async () => {
    expect(await resolve('broken.test')).toMatchObject({ type: 'unknown' });
  });

  it('on this machine is taken where that is allowed, and a private one is not', async () => {
    const here = createPublicHosts(dns, { loopback: true });
    expect((await here('localhost')).type).toBe('found');
    expect((await here('127.0.0.1')).type).toBe('found');
    expect((await here('private.test')).type).toBe('refused');
    expect((await here('mixed.test')).type).toBe('found');
  });
});
