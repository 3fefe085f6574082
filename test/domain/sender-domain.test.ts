import { describe, expect, it } from 'vitest';
import { makeDkimKey, openDkimKey } from '../../src/domain/dkim.ts';
import { type SenderStanding, senderOf, senderState, standingAfter } from '../../src/domain/sender-domain.ts';

const DAY = 24 * 3_600_000;
const START = new Date('2027-01-01T00:00:00Z');
const dayOf = (days: number) => new Date(START.getTime() + days * DAY);
const NEW: SenderStanding = { verifiedAt: null, failingSince: null, failedChecks: 0, lostAt: null };

/** What a domain is after checks on these days, each with its result. */
function run(checks: readonly (readonly [day: number, isInOrder: boolean | null])[]) {
  let standing: SenderStanding = NEW;
  const changes: (string | null)[] = [];
  for (const [day, isInOrder] of checks) {
    const { change, ...next } = standingAfter(standing, isInOrder, dayOf(day));
    standing = next;
    changes.push(change);
  }
  return { state: senderState(standing), changes, standing };
}

describe('a sender domain', () => {
  it('is verified by the first check that succeeds, and never by a DNS that does not answer', () => {
    expect(
      run([
        [0, false],
        [1, null],
        [2, true],
      ]),
    ).toMatchObject({
      state: 'verified',
      changes: [null, null, 'verified'],
      standing: { verifiedAt: dayOf(2) },
    });
  });

  it('stays verified through failures of an hour, however many, and is lost after three days of them', () => {
    const clicks = Array.from({ length: 20 }, (_, i) => [1 + i / 1_000, false] as const);
    expect(run([[0, true], ...clicks]).state).toBe('failing');
    expect(
      run([
        [0, true],
        [1, false],
        [2, false],
        [3, false],
        [4, false],
      ]),
    ).toMatchObject({
      state: 'lost',
      changes: ['verified', 'failing', null, null, 'lost'],
    });
  });

  it('is not lost by two failures, however far apart, nor by days without an answer', () => {
    expect(
      run([
        [0, true],
        [1, false],
        [9, false],
      ]).state,
    ).toBe('failing');
    expect(run([[0, true], ...[1, 2, 3, 4, 5, 6, 7].map((day) => [day, null] as const)])).toMatchObject({
      state: 'verified',
      standing: { failedChecks: 0 },
    });
  });

  it('recovers with one check that succeeds, failing or lost', () => {
    expect(
      run([
        [0, true],
        [1, false],
        [2, true],
      ]),
    ).toMatchObject({ state: 'verified', changes: ['verified', 'failing', 'recovered'] });
    expect(
      run([
        [0, true],
        [1, false],
        [2, false],
        [4, false],
        [5, true],
      ]),
    ).toMatchObject({
      state: 'verified',
      standing: { lostAt: null, failedChecks: 0, verifiedAt: dayOf(5) },
    });
  });
});

describe('who an event’s mails come from', () => {
  const site = { name: 'Events' };
  const yes = () => true;

  it.each([
    [{ fromName: null, fromAddress: null }, null],
    [
      { fromName: 'Ada', fromAddress: null },
      { name: 'Ada', address: null, replyTo: null },
    ],
    [
      { fromName: null, fromAddress: 'a@x.example' },
      { name: 'Events', address: 'a@x.example', replyTo: null },
    ],
    [
      { fromName: 'Ada', fromAddress: 'a@x.example' },
      { name: 'Ada', address: 'a@x.example', replyTo: null },
    ],
  ])('%j: %j', (event, sender) => {
    expect(senderOf(event, site, yes)).toEqual(sender);
  });

  it('is the site’s address where the domain is not verified, with answers to the chosen one', () => {
    const event = { fromName: 'Ada', fromAddress: 'a@x.example' };
    expect(senderOf(event, site, () => false)).toEqual({
      name: 'Ada',
      address: null,
      replyTo: 'a@x.example',
    });
  });
});

describe('a key of ours', () => {
  const secret = 'a secret that is long enough for anybody';
  const other = 'another secret that is long enough, too';

  it('opens with the secret that sealed it, also as the second of two, and with no other', async () => {
    const key = await makeDkimKey(secret, 'x.example');
    expect(openDkimKey(secret, 'x.example', key)).toMatchObject({
      domain: 'x.example',
      selector: key.selector,
    });
    expect(openDkimKey(`${other},${secret}`, 'x.example', key)).not.toBeNull();
    expect(openDkimKey(other, 'x.example', key)).toBeNull();
  });

  it('opens for no other domain, and not when anything of it is changed', async () => {
    const key = await makeDkimKey(secret, 'x.example');
    expect(openDkimKey(secret, 'y.example', key)).toBeNull();
    const bytes = Buffer.from(key.privateKey, 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    for (const privateKey of [bytes.toString('base64'), '', 'x'])
      expect(openDkimKey(secret, 'x.example', { ...key, privateKey })).toBeNull();
  });
});
