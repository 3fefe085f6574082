import { expect, test } from 'vitest';
import { countdown, durationInWords, twoDigits, unitName } from '../../src/ui/duration.ts';

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

test.each([
  ['de', 'de', '2 Stunden, 5 Minuten'],
  ['es', 'es', '2 horas y 5 minutos'],
  ['pt', 'pt-BR', '2 horas e 5 minutos'],
  ['ja', 'ja', '2時間5分'],
  ['ar', 'ar-u-nu-latn', 'ساعتان و5 دقائق'],
  ['ar', 'ar-EG', 'ساعتان و٥ دقائق'],
] as const)('in %s (%s): %s', (language, locale, words) => {
  expect(durationInWords(7_500_000, locale, language)).toBe(words);
});

test('Arabic counts one, two, a few, many and a hundred each in its own way', () => {
  const hours = (count: number) => durationInWords(count * 3_600_000, 'ar-u-nu-latn', 'ar');
  expect([1, 2, 3, 11].map(hours)).toEqual(['ساعة', 'ساعتان', '3 ساعات', '11 ساعة']);
  expect(durationInWords(100 * 86_400_000, 'ar-u-nu-latn', 'ar')).toBe('100 يوم');
});

test('a countdown in Arabic heads each column with one word, whatever its number', () => {
  for (const count of [0, 1, 2, 3, 11, 59]) expect(unitName(count, 'second', 'ar-EG')).toBe('ثانية');
});

test('a countdown has the digits of the dates beside it', () => {
  expect([twoDigits(5, 'ja'), twoDigits(1000, 'de')]).toEqual(['05', '1000']);
  expect([twoDigits(5, 'ar-EG'), twoDigits(5, 'ar-u-nu-latn')]).toEqual(['٠٥', '05']);
});

test('units follow their number, in every language', () => {
  expect([unitName(1, 'day', 'en'), unitName(2, 'day', 'en')]).toEqual(['day', 'days']);
  expect([unitName(1, 'day', 'fr'), unitName(2, 'day', 'fr')]).toEqual(['jour', 'jours']);
});
