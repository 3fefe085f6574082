import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openRegistration, sealRegistration } from '../../src/domain/registration-session.ts';

const SECRET = 'a secret of the tests that is long enough for them';
const now = new Date('2027-01-15T17:00:00Z');
const session = { eventId: randomUUID(), requestId: randomUUID(), email: 'mária@gmial.com', at: now };
const { eventId } = session;

describe('what a browser keeps of its registration', () => {
  it('opens again for its event', () => {
    expect(openRegistration(SECRET, sealRegistration(SECRET, session), { eventId, now })).toEqual(session);
  });

  it('shows nobody the address or the request', () => {
    const bytes = Buffer.from(sealRegistration(SECRET, session), 'base64url');
    expect(bytes.includes('gmial')).toBe(false);
    expect(bytes.includes(Buffer.from(session.requestId.replaceAll('-', ''), 'hex'))).toBe(false);
  });

  it('is another one each time, and may stand in a cookie and in a query', () => {
    const [one, other] = [sealRegistration(SECRET, session), sealRegistration(SECRET, session)];
    expect(one).not.toBe(other);
    expect(one).toMatch(/^[\w-]+$/);
    const longest = { ...session, email: `${'a'.repeat(64)}@${'b'.repeat(185)}.com` };
    const sealed = sealRegistration(SECRET, longest);
    expect(openRegistration(SECRET, sealed, { eventId, now })).toEqual(longest);
  });

  it('is worth nothing for another event, after an hour, or under another secret', () => {
    const sealed = sealRegistration(SECRET, session);
    expect(openRegistration(SECRET, sealed, { eventId: randomUUID(), now })).toBeNull();
    const later = (ms: number) => new Date(now.getTime() + ms);
    expect(openRegistration(SECRET, sealed, { eventId, now: later(3_599_999) })).not.toBeNull();
    expect(openRegistration(SECRET, sealed, { eventId, now: later(3_600_000) })).toBeNull();
    const other = 'another secret of the tests that is as long';
    expect(openRegistration(other, sealed, { eventId, now })).toBeNull();
    expect(openRegistration(`${other},${SECRET}`, sealed, { eventId, now })).toEqual(session);
  });

  it('is refused with any bit of it changed', () => {
    const bytes = Buffer.from(sealRegistration(SECRET, session), 'base64url');
    for (let i = 0; i < bytes.length; i++) {
      const forged = Buffer.from(bytes);
      forged[i] = (forged[i] ?? 0) ^ 1;
      expect(openRegistration(SECRET, forged.toString('base64url'), { eventId, now })).toBeNull();
    }
  });

  it.each([
    ['empty', ''],
    ['a letter', 'x'],
    ['JSON', '{}'],
    ['a hundred letters', 'a'.repeat(100)],
    ['ten thousand letters', 'a'.repeat(10_000)],
    ['padded', `${'A'.repeat(80)}=`],
  ])('is refused where it is no such thing: %s', (_, text) => {
    expect(openRegistration(SECRET, text, { eventId, now })).toBeNull();
  });
});
