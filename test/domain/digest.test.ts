import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  bouncesMany,
  commonestReasons,
  hasSettled,
  nextLookAt,
  SETTLED_AFTER_MS,
  WATCHED_MS,
} from '../../src/domain/digest.ts';

const MINUTE = 60_000;

it('a send is looked at each minute at first, then seldom, for three days, and as it settles', () => {
  const begunAt = new Date('2027-01-15T17:00:00Z');
  const looks: number[] = [];
  for (let at: Date | null = begunAt; at; at = nextLookAt(begunAt, at))
    looks.push(at.getTime() - begunAt.getTime());
  expect(looks.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((minutes) => minutes * MINUTE));
  expect(looks.length).toBeLessThan(60);
  expect(looks.at(-1)).toBeGreaterThan(WATCHED_MS);
  const settled = looks.find((age) => age >= SETTLED_AFTER_MS) ?? 0;
  expect(settled).toBeLessThan(SETTLED_AFTER_MS + MINUTE);
});

it('bounces are many from two on, above five of a hundred', () => {
  expect(bouncesMany({ mails: 1, bounced: 1 })).toBe(false);
  expect(bouncesMany({ mails: 2, bounced: 2 })).toBe(true);
  expect(bouncesMany({ mails: 40, bounced: 2 })).toBe(false);
  expect(bouncesMany({ mails: 39, bounced: 2 })).toBe(true);
});

it('a send has settled once all is known of it or an hour has passed, unless none of it left', () => {
  const now = { ageMs: 0, isUnderWay: false };
  expect(hasSettled({ mails: 3, unsent: 1, open: 0 }, now)).toBe(true);
  expect(hasSettled({ mails: 3, unsent: 1, open: 1 }, now)).toBe(false);
  expect(hasSettled({ mails: 3, unsent: 1, open: 0 }, { ...now, isUnderWay: true })).toBe(false);
  expect(hasSettled({ mails: 3, unsent: 1, open: 1 }, { ...now, ageMs: SETTLED_AFTER_MS })).toBe(true);
  expect(hasSettled({ mails: 3, unsent: 3, open: 0 }, { ...now, ageMs: SETTLED_AFTER_MS })).toBe(false);
  expect(hasSettled({ mails: 0, unsent: 0, open: 0 }, { ...now, ageMs: SETTLED_AFTER_MS })).toBe(false);
});

it('the reasons of a digest are five at most, the commonest first, and hold nothing that a mail server said', () => {
  const error = fc.record({ error: fc.string(), count: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(fc.array(error), (errors) => {
      const reasons = commonestReasons(errors);
      expect(reasons.length).toBeLessThanOrEqual(5);
      expect(reasons.map(({ count }) => count)).toEqual(
        reasons.map(({ count }) => count).toSorted((a, b) => b - a),
      );
      for (const { reason } of reasons) expect(reason).toMatch(/^[\w ,]+$/);
    }),
  );
});
