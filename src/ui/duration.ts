import type { Language } from '../domain/locale.ts';
import { copyFor } from './copy/copy-for.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Countdown {
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

/** `ms` cut into the digits of a countdown; rounded up, so that zero means now. */
export function countdown(ms: number): Countdown {
  const left = Math.ceil(Math.max(0, ms) / SECOND) * SECOND;
  return {
    days: Math.floor(left / DAY),
    hours: Math.floor((left % DAY) / HOUR),
    minutes: Math.floor((left % HOUR) / MINUTE),
    seconds: (left % MINUTE) / SECOND,
  };
}

/** `2 hours, 5 minutes`: rounded up to the minute, and from a day on to the hour. */
export function durationInWords(ms: number, locale: string, language: Language): string {
  if (ms < MINUTE) return copyFor(language).lessThanAMinute;
  const unit = ms < DAY ? MINUTE : HOUR;
  const { days, hours, minutes } = countdown(Math.ceil(ms / unit) * unit);
  const words = new Intl.DurationFormat(locale, { style: 'long' }).format({ days, hours, minutes });
  // Intl spaces out "2 時間 5 分"; in a Japanese sentence nothing else would be.
  return language === 'ja' ? words.replaceAll(' ', '') : words;
}

/** `05`, `٠٥`: a countdown's digits are those of the dates beside it. */
export function twoDigits(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { minimumIntegerDigits: 2, useGrouping: false }).format(value);
}

/**
 * What `count` of a unit is called, without the number: `day`, `days`. Arabic has a dual that says "two" itself
 * and changes the noun's form with every few numbers: there each column is headed by the one form that names the
 * unit, which is the one for a hundred.
 */
export function unitName(count: number, unit: 'day' | 'hour' | 'minute' | 'second', locale: string): string {
  const parts = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).formatToParts(
    /^ar\b/i.test(locale) ? 100 : count,
  );
  return parts.find((part) => part.type === 'unit')?.value ?? unit;
}
