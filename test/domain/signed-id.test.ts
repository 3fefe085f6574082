import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSignedId, signId } from '../../src/domain/signed-id.ts';

describe('a signed id', () => {
  const secret = 'a secret of the tests, long enough for them';
  const id = '0192f3a4-5b6c-7d8e-9f00-112233445566';

  it('says whose it is, and nothing to anybody else', () => {
    const token = signId(secret, 'export', id);
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(readSignedId(secret, 'export', token)).toBe(id);
    expect(readSignedId(secret, 'sign-in', token)).toBeNull();
    expect(readSignedId('another secret, as long as the other', 'export', token)).toBeNull();
  });

  it('is none when anything of it is changed', () => {
    const token = signId(secret, 'export', id);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'ABCxyz019-_'), (at, character) => {
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        const read = readSignedId(secret, 'export', changed);
        // The last character carries bits that belong to nothing: another one may mean the same bytes.
        expect(read === null || (read === id && at === token.length - 1) || changed === token).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => void expect(readSignedId(secret, 'export', text)).toBeNull()),
    );
  });
});
