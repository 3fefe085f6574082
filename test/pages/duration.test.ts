import { expect, test } from 'vitest';
import { countdown, durationInWords, unitName } from '../../src/pages/duration.ts';

test('a countdown is zero only when the time has come', () => {
  expect(countdown(1)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 1 });
  expect(countdown(0)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 0 });
  expect(countdown(-5)).toEqual(countdown(0));
  expect(countdown(86_400_000 + 3_661_000)).toEqual({ days: 1, hours: 1, minutes: 1, seconds: 1 });
});

test.each([
  [59_000, 'less than a minute'],
  [60_001, '2 minutes'],
  [3_600_000, '1 hour'],
  [7_500_000, '2 hours, 5 minutes'],
  [86_400_001, '1 day, 1 hour'],
])('%i ms is written "%s"', (ms, words) => {
  expect(durationInWords(ms, 'en-GB', 'en')).toBe(words);
});

test('units follow their number, in every language', () => {
  expect([unitName(1, 'day', 'en'), unitName(2, 'day', 'en')]).toEqual(['day', 'days']);
  expect([unitName(1, 'day', 'fr'), unitName(2, 'day', 'fr')]).toEqual(['jour', 'jours']);
});
