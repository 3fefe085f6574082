import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBounceAddresses, findBounceAddressFault } from '../../src/domain/bounce-address.ts';

const SECRET = 'a secret of the tests, long enough for them';
const ID = '0192f3a4-5b6c-7d8e-9f00-112233445566';
const OLD = 'the old secret of this installation';
const addresses = createBounceAddresses(SECRET, 'bounces@example.com');
const address = addresses.addressFor(ID);

describe('the bounce address of a message', () => {
  it('is the mailbox with letters and digits behind a plus, and the same each time', () => {
    expect(address).toMatch(/^bounces\+[a-z2-7]{32}@example\.com$/);
    expect(addresses.addressFor(ID)).toBe(address);
  });

  it('names its message, whatever the message', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(addresses.findMessageId(addresses.addressFor(id))).toBe(id);
      }),
    );
  });

  it('survives a server that changes its case', () => {
    expect(addresses.findMessageId(address.toUpperCase())).toBe(ID);
  });

  it('fits into the limits of SMTP with the longest mailbox that is taken', () => {
    const longest = `${'b'.repeat(31)}@${'d'.repeat(60)}.example`;
    expect(findBounceAddressFault(longest)).toBeNull();
    const [local = ''] = createBounceAddresses(SECRET, longest).addressFor(ID).split('@');
    expect(local).toHaveLength(64);
  });

  it.each([
    'rfc822; ADDRESS',
    '"Mail Delivery" <ADDRESS>, ada@example.org',
    'by mx.example.com for <ADDRESS>; Tue, 12 Jan 2027 09:00:04 +0000',
    'It came to ADDRESS.',
  ])('is found in %j', (text) => {
    expect(addresses.findMessageId(text.replace('ADDRESS', address))).toBe(ID);
  });

  it.each([
    ['another mailbox', address.replace('bounces', 'bounce')],
    ['a mailbox that ends as ours', `x-${address}`],
    ['another domain', address.replace('example.com', 'example.org')],
    ['a domain that begins as ours', `${address}.example.org`],
    ['the mailbox without a token', 'bounces@example.com'],
    ['a token that is too short', address.replace(/.@/, '@')],
  ])('is none of ours with %s', (_, other) => {
    expect(addresses.findMessageId(other)).toBeNull();
  });

  it('is none of ours when one letter of it is changed', () => {
    fc.assert(
      fc.property(fc.nat(31), fc.constantFrom(...'abcxyz27'), (at, letter) => {
        const start = 'bounces+'.length + at;
        const changed = address.slice(0, start) + letter + address.slice(start + 1);
        expect(addresses.findMessageId(changed)).toBe(changed === address ? ID : null);
      }),
    );
  });

  it('is none of an installation with another secret', () => {
    const others = createBounceAddresses('another secret, as long as the other', 'bounces@example.com');
    expect(others.findMessageId(address)).toBeNull();
  });

  it('is found while APP_SECRET is changed for another, which makes the new ones', () => {
    const [next, both] = ['the next secret of this installation', 'bounces@example.com'];
    const rotating = createBounceAddresses(`${next},${OLD}`, both);
    expect(rotating.findMessageId(createBounceAddresses(OLD, both).addressFor(ID))).toBe(ID);
    expect(rotating.addressFor(ID)).toBe(createBounceAddresses(next, both).addressFor(ID));
  });

  it('is found although one that nobody signed stands before it', () => {
    const forged = `bounces+${'a'.repeat(32)}@example.com`;
    expect(addresses.findMessageId(`${forged}\n${address}`)).toBe(ID);
  });

  it('has its domain in ASCII', () => {
    const international = createBounceAddresses(SECRET, 'bounces@bücher.example');
    const wire = international.addressFor(ID);
    expect(wire).toMatch(/@xn--bcher-kva\.example$/);
    expect(international.findMessageId(wire)).toBe(ID);
  });

  it.each(['b+x@example.com', "o'neil.bounces@example.com", 'b@localhost'])(
    'may be made of %s',
    (mailbox) => {
      expect(findBounceAddressFault(mailbox)).toBeNull();
      const own = createBounceAddresses(SECRET, mailbox);
      expect(own.findMessageId(own.addressFor(ID))).toBe(ID);
    },
  );

  it.each([
    'bounces',
    '@example.com',
    'a b@example.com',
    '.a@example.com',
    'a@exa mple.com',
    'ä@example.com',
  ])('cannot be made of %j', (mailbox) =>
    expect(findBounceAddressFault(mailbox)).toMatch(/^must be an address/),
  );
});
