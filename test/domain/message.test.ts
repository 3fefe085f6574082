import { describe, expect, it } from 'vitest';
import { retryDelay } from '../../src/domain/delivery/retry-policy.ts';
import { eventPhase } from '../../src/domain/event.ts';
import { slugify } from '../../src/domain/text.ts';

describe('retries', () => {
  it('wait 10 s, 30 s, 1, 5 and 15 minutes, then 30 minutes each', () => {
    const seconds = [1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => retryDelay(attempt, 0.5) / 1000);
    expect(seconds).toEqual([10, 30, 60, 300, 900, 1800, 1800, 1800]);
  });

  it('are spread by a fifth either way', () => {
    expect(retryDelay(3, 0)).toBe(48_000);
    expect(retryDelay(3, 1)).toBe(72_000);
  });
});

describe('an event', () => {
  const minute = (n: number) => new Date(n * 60_000);
  const event = {
    ...{ startsAt: minute(60), endsAt: minute(120), doorsOpenMinutes: 10, graceMinutes: 15 },
    ...{ openedAt: null, closedAt: null, cancelledAt: null },
  };

  it.each([
    [minute(50).getTime() - 1, 'upcoming'],
    [minute(50).getTime(), 'running'],
    [minute(135).getTime() - 1, 'running'],
    [minute(135).getTime(), 'ended'],
  ])('at %d is %s', (at, phase) => {
    expect(eventPhase(event, new Date(at))).toBe(phase);
  });

  it('that was cancelled is cancelled whatever the time', () => {
    expect(eventPhase({ ...event, cancelledAt: new Date(0) }, minute(70))).toBe('cancelled');
  });
});

it.each([
  ['Designing calm software!', 'designing-calm-software'],
  ['  --Ünïcode & more--  ', 'unicode-more'],
  ['日本語', ''],
  [`${'word '.repeat(30)}`, 'word-word-word-word-word-word-word-word-word-word-word-word'],
])('makes of %j the slug %j', (title, slug) => {
  expect(slugify(title)).toBe(slug);
});
