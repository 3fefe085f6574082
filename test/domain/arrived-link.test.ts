import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessLink, isAccessKey } from '../../src/domain/access-link.ts';
import { normalizeAddress } from '../../src/domain/address.ts';
import { readArrivedLink, tokenIn } from '../../src/domain/arrived-link.ts';
import { anyText } from '../support/any-text.ts';

const addresses = fc
  .oneof(
    fc.emailAddress(),
    fc.constantFrom(
      "o'hara+tag&co/x=1%@example.com",
      'ana.@docomo.example',
      '3Dprint@example.com',
      'key=1&email@example.com',
      'a=3Db@example.com',
      'kim@münchen.example',
      'ädä@example.com',
    ),
  )
  .map((text) => normalizeAddress(text))
  .filter((address) => address !== null);
const keys = fc.oneof(
  fc.stringMatching(/^[0-9a-f]{22}$/),
  fc.stringMatching(/^[0-9]{4}$/),
  fc.stringMatching(/^[A-Za-z0-9_-]{4,64}$/),
);

describe('a link', () => {
  it('that arrived whole says first what it was made of', () => {
    fc.assert(
      fc.property(addresses, keys, (email, accessKey) => {
        const link = accessLink('https://events.example', { slug: 'calm' }, { email, accessKey });
        const { readings } = readArrivedLink(link.slice(link.indexOf('?')));
        expect(readings[0]?.email).toBe(email);
        expect(readings[0]?.keys).toContain(
          /^[0-9A-F]{22}$/i.test(accessKey) ? accessKey.toLowerCase() : accessKey,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('whatever became of it has few readings, and one key of four digits at most', () => {
    const pieces = fc.constantFrom(
      'email',
      'key',
      '=',
      '&',
      '&amp;',
      '%3D',
      '%26',
      '=3D',
      '=\r\n',
      '1234',
      '5678',
      'ana@x.example',
      '.',
      '_',
      '-',
      ' ',
      '?',
      '%2540',
      '3D',
      '\u200b',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          anyText(),
          fc.array(pieces).map((some) => some.join('')),
        ),
        (text) => {
          const { readings } = readArrivedLink(`?${text}`);
          expect(readings.length).toBeLessThanOrEqual(2);
          for (const { email, keys: tried } of readings) {
            expect(normalizeAddress(email)).toBe(email);
            expect(tried.length).toBeLessThanOrEqual(3);
            expect(new Set(tried.filter((key) => /^\d{4}$/.test(key))).size).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('without a key, or without an address, has none', () => {
    for (const tail of [
      '',
      '?',
      '?email=ana%40x.example',
      '?email=ana%40x.example&key=',
      '?email=ana%40x.example&key=%E2%80%A6',
      '?key=abcd',
      '?email=&key=abcd',
      '?email=nobody&key=abcd',
    ])
      expect(readArrivedLink(tail).readings).toEqual([]);
    expect(readArrivedLink('?email=ana%40x.example&amp;ke').email).toBe('ana@x.example');
  });
});

it('no token is read out of a text that holds none', () => {
  const token = `${'A'.repeat(40)}-_z`;
  for (const segment of [
    '',
    token.slice(1),
    `${token.slice(0, 20)}.${token.slice(20)}`,
    `${token.slice(0, 20)}/${token.slice(20)}`,
  ])
    expect(tokenIn(segment)).toBeNull();
  expect(isAccessKey(token)).toBe(true);
});
