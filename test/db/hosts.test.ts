import fc from 'fast-check';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { HostsFault, hostUrls, READS, WRITES } from '../../src/db/hosts.ts';

describe('an address with one host', () => {
  it.each([
    'postgres://user:password@localhost:5432/events',
    'postgresql://[::1]:5432/events?sslmode=verify-full',
    'postgres://localhost/events?host=%2Fvar%2Frun%2Fpostgresql',
    'postgres://%2Fvar%2Frun%2Fpostgresql/events',
    'postgres:///events?host=/tmp',
    'postgres://a:p%2Cw@db/events?application_name=a,b',
    'postgres://db/events?target_session_attrs=read-write',
  ])('stays as it is: %s', (address) => {
    expect(hostUrls(address)).toEqual([address]);
  });
});

describe('an address with several hosts', () => {
  it.each<readonly [address: string, urls: readonly string[]]>([
    [
      'postgres://user:p%40w@a:5432,b:5433/events',
      ['postgres://user:p%40w@a:5432/events', 'postgres://user:p%40w@b:5433/events'],
    ],
    ['postgresql://a,b:5433', ['postgresql://a', 'postgresql://b:5433']],
    ['postgres://[::1]:1,[fd00::2]/x', ['postgres://[::1]:1/x', 'postgres://[fd00::2]/x']],
    [
      'postgres://a,b/x?target_session_attrs=primary&options=-c%20x%3Dy&sslmode=no-verify',
      [
        'postgres://a/x?options=-c%20x%3Dy&sslmode=no-verify',
        'postgres://b/x?options=-c%20x%3Dy&sslmode=no-verify',
      ],
    ],
    ['postgres:///x?host=a,::1&port=1,2', ['postgres://a:1/x', 'postgres://[::1]:2/x']],
    ['postgres://u@/x?host=a,b&port=6432', ['postgres://u@a:6432/x', 'postgres://u@b:6432/x']],
    ['postgres://u@ignored/x?host=a,/tmp', ['postgres://u@a/x', 'postgres://u@%2Ftmp/x']],
    ['postgres://u,v:p,w@a,b/x', ['postgres://u,v:p,w@a/x', 'postgres://u,v:p,w@b/x']],
  ])('is one address for each: %s', (address, urls) => {
    expect(hostUrls(address)).toEqual(urls);
  });

  it('means what it meant before it was taken apart, whatever it consists of', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.constantFrom('/var/run/postgresql', '/tmp'));
    const port = fc.option(fc.integer({ min: 1, max: 65_535 }));
    const parameter = fc.constantFrom('application_name', 'options', 'fallback_application_name');
    fc.assert(
      fc.property(
        fc.record({
          user: text,
          password: text,
          hosts: fc.array(fc.tuple(host, port), { minLength: 2, maxLength: 4 }),
          database: fc.stringMatching(/^[a-z_]{1,10}$/),
          parameters: fc.dictionary(parameter, text),
          form: fc.constantFrom('authority', 'query'),
        }),
        ({ user, password, hosts, database, parameters, form }) => {
          const who = `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
          const inAuthority = hosts.map(([name, at]) => {
            const written = name.includes(':') ? `[${name}]` : encodeURIComponent(name);
            return at === null ? written : `${written}:${at}`;
          });
          const query = new URLSearchParams(parameters);
          if (form === 'query') {
            query.set('host', hosts.map(([name]) => name).join(','));
            query.set('port', hosts.map(([, at]) => at ?? '').join(','));
          }
          const address = `postgres://${who}${form === 'query' ? '' : inAuthority.join(',')}/${database}?${query}`;
          const urls = hostUrls(address);
          expect(urls).toHaveLength(hosts.length);
          urls.forEach((url, i) => {
            const client = new pg.Client(url);
            const [name, at] = hosts[i] ?? [];
            expect(client).toMatchObject({ user, password, database, port: at ?? 5432 });
            // An address may write the same IPv6 address otherwise.
            const same = name?.includes(':') ? new URL(`x://[${name}]`).hostname.slice(1, -1) : name;
            expect(client.host).toBe(same);
            expect(Object.fromEntries(new URL(url).searchParams)).toEqual(parameters);
          });
        },
      ),
    );
  });
});

describe('an address that cannot be', () => {
  it.each<readonly [address: string, why: RegExp]>([
    ['mysql://a/x', /begins with postgres:/],
    ['mysql://a,b/x', /begins with postgres:/],
    ['a,b', /begins with postgres:/],
    ['postgres://a:port/x', /begins with postgres:/],
    ['postgres://a,/x', /on each side of a comma/],
    ['postgres://,/x', /on each side of a comma/],
    ['postgres://a:1:2,b/x', /on each side of a comma/],
    ['postgres://[::1,b/x', /on each side of a comma/],
    ['postgres://a:0,b/x', /ports from 1 to 65535/],
    ['postgres://a,b:70000/x', /ports from 1 to 65535/],
    ['postgres:///x?host=a,b,c&port=1,2', /one port for all of its hosts, or one for each/],
    ['postgres:///x?host=a,b&port=1,x', /ports from 1 to 65535/],
    ['postgres://a b,c/x', /no address can have/],
  ])('is refused: %s', (address, why) => {
    expect(() => hostUrls(address)).toThrow(why);
    expect(() => hostUrls(address)).toThrow(HostsFault);
  });

  it('is one that asks for other hosts than those that we need', () => {
    for (const asked of ['any', 'read-only', 'standby', 'prefer-standby', ''])
      expect(() => hostUrls(`postgres://a,b/x?target_session_attrs=${asked}`, WRITES)).toThrow(
        'must say target_session_attrs=read-write or primary, or leave it out',
      );
    for (const asked of WRITES)
      expect(hostUrls(`postgres://a,b/x?target_session_attrs=${asked}`, WRITES)).toHaveLength(2);
    for (const asked of READS)
      expect(hostUrls(`postgres://a,b/x?target_session_attrs=${asked}`, READS)).toHaveLength(2);
    expect(() => hostUrls('postgres://a/x?target_session_attrs=primary', READS)).toThrow(
      'target_session_attrs=prefer-standby or standby',
    );
  });

  it('is told without the password that stands in it', () => {
    for (const address of ['postgres://u:hunter2@a:port/x', 'postgres://u:hunter2@a,/x', 'x://u:hunter2@a,b'])
      expect(() => hostUrls(address)).toThrow(expect.not.stringContaining('hunter2'));
  });
});
