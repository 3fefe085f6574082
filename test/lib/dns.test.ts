import { expect, it } from 'vitest';
import { createDns } from '../../src/lib/dns.ts';
import { openDnsServer } from '../support/dns-server.ts';

const LONG = `v=DKIM1; p=${'A'.repeat(400)}`;
const server = await openDnsServer({
  'example.com': {
    mx: [
      [10, 'mx1.example.com'],
      [20, 'mx2.example.com'],
    ],
    a: ['192.0.2.1'],
  },
  'takes-none.example': { mx: [[0, '']] },
  'only-address.example': { a: ['192.0.2.2'] },
  's1._domainkey.example.com': { txt: [LONG] },
  'broken.example': { fails: true },
});
const dns = createDns([server.address]);

it('tells where mail goes, and that a domain takes none', async () => {
  expect(await dns.mx('example.com')).toEqual({
    type: 'found',
    values: [
      { host: 'mx1.example.com', priority: 10 },
      { host: 'mx2.example.com', priority: 20 },
    ],
  });
  expect(await dns.mx('takes-none.example')).toEqual({ type: 'found', values: [{ host: '', priority: 0 }] });
});

it('tells a name without such records from one that does not exist', async () => {
  expect(await dns.mx('only-address.example')).toEqual({ type: 'none', nameExists: true });
  expect(await dns.addresses('only-address.example')).toEqual({ type: 'found', values: ['192.0.2.2'] });
  expect(await dns.mx('gmial.example')).toEqual({ type: 'none', nameExists: false });
  expect(await dns.addresses('gmial.example')).toEqual({ type: 'none', nameExists: false });
  expect(await dns.mx(`${'a'.repeat(70)}.example`)).toEqual({ type: 'none', nameExists: false });
});

it('puts a long text together', async () => {
  expect(await dns.txt('s1._domainkey.example.com')).toEqual({ type: 'found', values: [LONG] });
});

it('says that it does not know where a server fails', async () => {
  expect(await dns.mx('broken.example')).toEqual({ type: 'unknown', reason: 'ESERVFAIL' });
  expect(await dns.addresses('broken.example')).toEqual({ type: 'unknown', reason: 'ESERVFAIL' });
});
