import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  canonicalTimeZone,
  isTimeZone,
  sameClock,
  writeHostTime,
  writeTime,
  zoneName,
} from '../../src/domain/time.ts';

const span = (startsAt: string, endsAt: string) => ({
  startsAt: new Date(startsAt),
  endsAt: new Date(endsAt),
});
const evening = span('2027-01-15T17:00:00Z', '2027-01-15T18:00:00Z');
/** No-break spaces shown, so that a test says which ones it means. */
const visible = (text: string) => text.replaceAll('\u00a0', '~');

afterEach(() => vi.unstubAllEnvs());

describe('writeTime', () => {
  test('writes as the reader of each locale would', () => {
    expect(writeTime(evening, 'en-GB', 'Europe/Paris')).toEqual({
      date: 'Friday 15 January 2027',
      time: '18:00–19:00',
      zone: 'Central European Standard Time',
      shortDate: 'Fri 15 Jan',
      shortTime: 'Fri 15 Jan, 18:00',
    });
    expect(writeTime(evening, 'fr', 'Europe/Paris')).toMatchObject({
      date: 'vendredi 15 janvier 2027',
      zone: 'heure normale d’Europe centrale',
      shortDate: 'ven. 15 janv.',
      shortTime: 'ven. 15 janv., 18:00',
    });
    expect(visible(writeTime(evening, 'fr', 'Europe/Paris').time)).toBe('18:00~– 19:00');
  });

  test.each([
    [
      'de',
      'Freitag, 15. Januar 2027',
      '18:00–19:00~Uhr',
      'Mitteleuropäische Normalzeit',
      'Fr., 15. Jan., 18:00',
    ],
    [
      'es',
      'viernes, 15 de enero de 2027',
      '18:00–19:00',
      'hora estándar de Europa central',
      'vie, 15 ene, 18:00',
    ],
    [
      'pt-BR',
      'sexta-feira, 15 de janeiro de 2027',
      '18:00~– 19:00',
      'Horário Padrão da Europa Central',
      'sex., 15 de jan., 18:00',
    ],
    ['ja', '2027年1月15日金曜日', '18:00～19:00', '中央ヨーロッパ標準時', '1月15日(金) 18:00'],
    [
      'ar-u-nu-latn',
      'الجمعة، 15 يناير 2027',
      '6:00–7:00~م',
      'توقيت وسط أوروبا الرسمي',
      'الجمعة، 15 يناير، 6:00~م',
    ],
    ['ar-EG', 'الجمعة، ١٥ يناير ٢٠٢٧', '٦:٠٠–٧:٠٠~م', 'توقيت وسط أوروبا الرسمي', 'الجمعة، ١٥ يناير، ٦:٠٠~م'],
  ])('writes in %s', (locale, date, time, zone, shortTime) => {
    const written = writeTime(evening, locale, 'Europe/Paris');
    expect(written).toMatchObject({ date, zone });
    // A space after the dash or before the Arabic م may be either kind, by the runtime's version.
    const plain = (text: string) => visible(text).replaceAll('~', ' ');
    expect([plain(written.time), plain(written.shortTime)]).toEqual([plain(time), plain(shortTime)]);
  });

  test('an event’s date is Gregorian, in Saudi Arabia too', () => {
    expect(writeTime(evening, 'ar-SA', 'Asia/Riyadh').date).toContain('٢٠٢٧');
  });

  test('Japanese writes a range over midnight as one within a day', () => {
    const night = span('2027-01-15T22:00:00Z', '2027-01-16T00:00:00Z');
    expect(writeTime(night, 'ja', 'Europe/Paris').time).toBe('23:00～1月16日(土) 1:00');
  });

  test('keeps American order, commas and twelve hours, and says PM once', () => {
    const written = writeTime(evening, 'en-US', 'America/Los_Angeles');
    expect(written).toMatchObject({ date: 'Friday, January 15, 2027', shortDate: 'Fri, Jan 15' });
    expect(visible(written.time)).toMatch(/^9:00~– 10:00[ ~]AM$/);
    expect(visible(writeTime(evening, 'en-US', 'America/New_York').time)).toMatch(/^12:00~– 1:00[ ~]PM$/);
  });

  test('names the end’s day where the event runs over midnight', () => {
    const night = span('2027-01-15T22:00:00Z', '2027-01-16T00:00:00Z');
    expect(visible(writeTime(night, 'en-GB', 'Europe/Paris').time)).toBe('23:00~– Sat 16 Jan, 01:00');
    expect(visible(writeTime(night, 'fr', 'Europe/Paris').time)).toBe('23:00~– sam. 16 janv., 01:00');
    expect(writeTime(night, 'en-GB', 'America/New_York').time).toBe('17:00–19:00');
  });

  test('says both zones where the clocks go back in between, or an hour would seem to take no time', () => {
    const written = writeTime(span('2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'), 'en-GB', 'Europe/Paris');
    expect(visible(written.time)).toBe('02:30~– 02:30');
    expect(written.zone).toBe('Central European Summer Time – Central European Standard Time');
  });

  test('jumps with the clocks in spring', () => {
    const spring = span('2027-03-28T00:30:00Z', '2027-03-28T01:30:00Z');
    expect(visible(writeTime(spring, 'en-GB', 'Europe/Paris').time)).toBe('01:30~– 03:30');
  });

  test.each([
    ['Asia/Kolkata', 'Friday 15 January 2027', '22:30–23:30', 'India Standard Time'],
    ['Asia/Kathmandu', 'Friday 15 January 2027', '22:45–23:45', 'Nepal Time'],
    ['Pacific/Kiritimati', 'Saturday 16 January 2027', '07:00–08:00', 'Line Islands Time'],
    ['Pacific/Pago_Pago', 'Friday 15 January 2027', '06:00–07:00', 'American Samoa Standard Time'],
    ['UTC', 'Friday 15 January 2027', '17:00–18:00', 'Coordinated Universal Time'],
  ])('knows %s', (zone, date, time, name) => {
    expect(writeTime(evening, 'en-GB', zone)).toMatchObject({ date, time, zone: name });
  });

  test.each(['de', 'es', 'pt', 'ja', 'ar', 'en-AU', 'fr-CA'])('leaves no thin space in %s', (locale) => {
    const written = Object.values(writeTime(evening, locale, 'America/New_York'));
    expect(written.filter((text) => /[\u2009\u202f]|^$/.test(text))).toEqual([]);
  });

  test.each(['UTC', 'Pacific/Auckland', 'America/St_Johns'])('is the same on a server in %s', (zone) => {
    vi.stubEnv('TZ', zone);
    expect(new Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone);
    expect(writeTime(evening, 'en-GB', 'Europe/Paris').shortTime).toBe('Fri 15 Jan, 18:00');
  });
});

describe('writeHostTime', () => {
  const event = { ...evening, timeZone: 'Europe/Paris' };

  test('says nothing where the clocks are the same, whatever the zones are called', () => {
    expect(writeHostTime(event, 'en-GB', 'Europe/Paris')).toBeNull();
    expect(writeHostTime(event, 'en-GB', 'Europe/Berlin')).toBeNull();
  });

  test('says the event’s own clock beside another', () => {
    expect(writeHostTime(event, 'en-GB', 'America/New_York')).toBe(
      '18:00–19:00, Central European Standard Time',
    );
  });

  test('separates with the comma of the language', () => {
    expect(writeHostTime(event, 'ja', 'Pacific/Auckland')).toBe(
      '1月15日(金)、18:00～19:00、中央ヨーロッパ標準時',
    );
    expect(writeHostTime(event, 'ar', 'Pacific/Auckland')).not.toContain(',');
  });

  test('leads with the date where it is another day there', () => {
    expect(writeHostTime(event, 'en-GB', 'Pacific/Auckland')).toBe(
      'Fri 15 Jan, 18:00–19:00, Central European Standard Time',
    );
  });
});

test('two zones may differ in summer only', () => {
  const [winter, summer] = [new Date('2027-01-15T12:00:00Z'), new Date('2027-07-15T12:00:00Z')];
  expect(sameClock('Europe/London', 'Africa/Abidjan', winter)).toBe(true);
  expect(sameClock('Europe/London', 'Africa/Abidjan', winter, summer)).toBe(false);
});

test('a zone’s name tells summer from winter', () => {
  expect(zoneName(new Date('2027-07-15T12:00:00Z'), 'en', 'Europe/Paris')).toBe(
    'Central European Summer Time',
  );
});

test('a zone is a name of the IANA database', () => {
  expect(['Europe/Paris', 'UTC', 'Asia/Kathmandu'].every(isTimeZone)).toBe(true);
  expect(['', '+02:00', '-05', 'Mars/Olympus', 'Europe/Paris; drop'].some(isTimeZone)).toBe(false);
});

test('each zone that this runtime lists is a zone, as it is written', () => {
  const zones = Intl.supportedValuesOf('timeZone').filter((zone) => !/^[A-Z]+$/.test(zone));
  expect(zones.map(canonicalTimeZone)).toEqual(zones);
});

test.each([
  ['BST', 'IST', 'EST', 'CST', 'PST', 'MST', 'HST', 'ACT', 'AST', 'JST', 'CET', 'EET', 'WET', 'MET', 'GMT'],
  ['EST5EDT', 'PST8PDT', 'GMT0', 'GMT+0', 'Zulu', 'UCT', 'Universal', 'Greenwich', 'PRC', 'ROC', 'ROK'],
  ['Japan', 'GB', 'GB-Eire', 'NZ', 'NZ-CHAT', 'W-SU', 'Singapore', 'Navajo', 'Factory', 'Etc/Unknown'],
  [
    'SystemV/PST8',
    'UTC+2',
    'GMT+5',
    'posix/Europe/Paris',
    'Europe/',
    '/Paris',
    ' Europe/Paris',
    'utc ',
    'CET/CEST',
  ],
])('an abbreviation or an older name for one country is none: %s, %s, %s …', (...names) => {
  expect(names.filter(isTimeZone)).toEqual([]);
});

test.each([
  ['europe/paris', 'Europe/Paris'],
  ['AMERICA/NEW_YORK', 'America/New_York'],
  ['america/port-au-prince', 'America/Port-au-Prince'],
  ['utc', 'UTC'],
  // Names that point to others, of which this runtime lists one.
  ['Asia/Kolkata', 'Asia/Kolkata'],
  ['Asia/Calcutta', 'Asia/Calcutta'],
  ['Europe/Kyiv', 'Europe/Kyiv'],
  ['US/Eastern', 'US/Eastern'],
  ['Etc/GMT+5', 'Etc/GMT+5'],
  ['Etc/UTC', 'Etc/UTC'],
  ['us/eastern', 'America/New_York'],
  ['etc/utc', 'UTC'],
])('%s is kept as %s', (written, kept) => {
  expect(canonicalTimeZone(written)).toBe(kept);
});
