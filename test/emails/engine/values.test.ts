import { describe, expect, test } from 'vitest';
import { COPY } from '../../../emails/copy/languages.ts';
import type { SiteValuesInput } from '../../../emails/engine/site-values.ts';
import { writeStartsIn } from '../../../emails/engine/starts-in.ts';
import { type MailAbout, type MailRegistrant, writeValues } from '../../../emails/engine/values.ts';
import { recipientVariables, siteVariables } from '../../../emails/engine/variables.ts';
import {
  SAMPLE_ABOUT,
  SAMPLE_EVENT,
  SAMPLE_REGISTRANT,
  SAMPLE_SITE_VALUES,
} from '../../../emails/samples.ts';
import { EXPORT_FAILURES } from '../../../src/domain/export-failure.ts';
import { LANGUAGES, type Language } from '../../../src/domain/locale.ts';
import { MAILS, PUBLIC_URL, sampleMail } from '../sample-mail.ts';

/** All that a registrant's mail could say. */
const allOf = (registrant: Partial<MailRegistrant>, event: Partial<typeof SAMPLE_EVENT> = {}) =>
  writeValues(
    'confirmation',
    ['shortDate', 'shortTime', 'tileMonth', 'tileDay', 'tileWeekday', 'accessCode'],
    {
      event: { ...SAMPLE_EVENT, ...event },
      registrant: { ...SAMPLE_REGISTRANT, ...registrant },
      publicUrl: PUBLIC_URL,
    },
  );

const valuesOf = (registrant: Partial<MailRegistrant>, event: Partial<typeof SAMPLE_EVENT> = {}) =>
  recipientVariables('confirmation', {
    event: { ...SAMPLE_EVENT, ...event },
    registrant: { ...SAMPLE_REGISTRANT, ...registrant },
    publicUrl: PUBLIC_URL,
  });

describe('the greeting', () => {
  test.each([
    ['Ada', 'en', 'Hi Ada,'],
    ['', 'en', 'Hello,'],
    ['  ', 'en', 'Hello,'],
    ['Zoé', 'fr', 'Bonjour Zoé,'],
    ['', 'fr', 'Bonjour,'],
    ['{{constructor}}', 'en', 'Hi {{constructor}},'],
    ['<b>Ada</b>', 'en', 'Hi <b>Ada</b>,'],
    ['J.R.', 'en', 'Hi J.R.,'],
    ['St.John', 'en', 'Hi St.John,'],
    ['St. John', 'en', 'Hi St. John,'],
    ['Jean.Paul', 'en', 'Hi Jean.Paul,'],
    ['jean.paul', 'en', 'Hi jean.paul,'],
    ['Anne-Marie.Élise', 'en', 'Hi Anne-Marie.Élise,'],
    ["O'Brien", 'en', "Hi O'Brien,"],
    ['d.h.', 'en', 'Hi d.h.,'],
    ['Dr.Ada', 'en', 'Hi Dr.Ada,'],
    ['山田。', 'en', 'Hi 山田。,'],
    ['Ada ❤', 'en', 'Hi Ada ❤,'],
    ['Agent 007', 'en', 'Hi Agent 007,'],
    ['Ada 2nd of 1815', 'en', 'Hi Ada 2nd of 1815,'],
  ])('of %j in %s', (firstName, locale, greeting) => {
    expect(valuesOf({ firstName, locale }).greeting).toBe(greeting);
  });

  test.each([
    'Win at https://evil.example',
    'evil.com',
    'go to WWW.evil',
    'EVIL.COM now',
    'Gratis-Geld.Com/win',
    'gRaTiS.cOm',
    '185.10.10.10/win',
    '185.10.10.10',
    '[2001:db8::1]',
    'see 2001:db8::1',
    'выиграй.рф',
    'ВЫИГРАЙ.РФ',
    'evil。com/win',
    'evil．com',
    'evil｡com',
    'evil․com',
    'ｅｖｉｌ．ｃｏｍ',
    '𝐞𝐯𝐢𝐥.𝐜𝐨𝐦',
    'evil.\u200bcom',
    'evil.c\u00adom',
    'пример.испытание.онлайн',
    '例え.みんな',
    'xn--80a.xn--p1ai',
    'win@Evil.Com',
    'win@evil',
    'mailto:x',
    'tel:0900',
    'HTTPS:evil',
    'evil.io.',
    'Ada (evil.com)',
    'a.evil.museum/x',
    'evil.whatever/win',
    '\\\\evil\\share',
    '=HYPERLINK("http://x")',
    'i❤️.ws',
    '👍🏽.la',
    'facetime:evil',
    'webcal:evil',
    'SIP:evil',
    'WIN 1000 EUR call +49 30 123456 now, ask for Max',
    '0900-12345',
    '٠٩٠٠١٢٣٤٥',
    '(555) 0100',
  ])('does not carry %j to a stranger’s inbox', (firstName) => {
    expect(valuesOf({ firstName }).greeting).toBe('Hello,');
  });

  test.each([
    ['Evil.', 'com/win'],
    ['evil。', 'com'],
    ['evil', '.com'],
    ['win@', 'evil'],
    ['https:', '//evil'],
  ])('%j and %j make no link where words set them side by side', (firstName, lastName) => {
    const values = valuesOf({ firstName, lastName });
    expect(`${values.firstName}${values.lastName}`).not.toMatch(/[.。@:/]/);
  });

  test('is one line of sane length without direction controls', () => {
    expect(valuesOf({ firstName: 'Ada\r\nBcc: x\u202e\u2066' }).greeting).toBe('Hi Ada Bcc: x,');
    expect(valuesOf({ firstName: 'x'.repeat(10_000) }).greeting?.length).toBeLessThan(70);
    expect(valuesOf({ firstName: '😀'.repeat(10_000) }).greeting?.isWellFormed()).toBe(true);
  });
});

describe('the time', () => {
  test('is the registrant’s, with the event’s beside it', () => {
    expect(valuesOf({ timeZone: 'America/New_York' })).toMatchObject({
      date: 'Friday 15 January 2027',
      time: '12:00–13:00',
      zone: 'Eastern Standard Time',
      hostTime: 'Host’s time: 18:00–19:00, Central European Standard Time',
    });
  });

  test('is said once where the clocks agree, or no zone is known', () => {
    expect(valuesOf({ timeZone: 'Europe/Berlin' }).hostTime).toBe('');
    expect(valuesOf({ timeZone: null })).toMatchObject({ time: '18:00–19:00', hostTime: '' });
  });

  test.each([
    ['en-US', 'en', 'Fri, Jan 15'],
    ['en', 'en', 'Fri 15 Jan'],
    [null, 'en-US', 'Fri, Jan 15'],
    ['fr-CA', 'en', 'ven. 15 janv.'],
    ['xx', 'fr-CH', 'ven. 15 janv.'],
    ['xx', 'yy', 'Fri 15 Jan'],
  ])('for a reader of %s at an event in %s', (locale, eventLocale, shortDate) => {
    expect(allOf({ locale }, { locale: eventLocale }).shortDate).toBe(shortDate);
  });

  test.each([
    ['en', 'Fri 15 Jan, 12:00', 'Jan', '15', 'Fri'],
    ['en-US', 'Fri, Jan 15, 12:00 PM', 'Jan', '15', 'Fri'],
    ['fr', 'ven. 15 janv., 12:00', 'Janv.', '15', 'Ven.'],
    ['de', 'Fr., 15. Jan., 12:00\u00a0Uhr', 'Jan', '15', 'Fr'],
    ['es', 'vie, 15 ene, 12:00', 'Ene', '15', 'Vie'],
    ['pt', 'sex., 15 de jan., 12:00', 'Jan.', '15', 'Sex.'],
    ['ja', '1月15日(金) 12:00', '1月', '15', '金曜日'],
    ['ar', 'الجمعة، 15 يناير، 12:00 م', 'يناير', '15', 'الجمعة'],
    ['ar-EG', 'الجمعة، ١٥ يناير، ١٢:٠٠ م', 'يناير', '١٥', 'الجمعة'],
  ])('in %s is %s in a subject, and a leaf of a calendar', (locale, shortTime, month, day, weekday) => {
    expect(allOf({ locale })).toMatchObject({
      ...{ shortTime, tileMonth: month, tileDay: day, tileWeekday: weekday },
    });
  });

  test('is the reader’s day on the leaf, too', () => {
    expect(allOf({ timeZone: 'Pacific/Auckland' })).toMatchObject({ tileDay: '16', tileWeekday: 'Sat' });
  });
});

test('a code is what opens the event where keys are short, and nothing elsewhere', () => {
  expect(allOf({ accessKey: '4071' }, { keyStyle: 'digits' }).accessCode).toBe('4071');
  expect(allOf({}).accessCode).toBe('');
});

test('links start with the public address and hold the address and key encoded', () => {
  const values = valuesOf({ email: 'a+b&c@example.com', accessKey: 'k-1_2' });
  const query = 'email=a%2Bb%26c%40example.com&key=k-1_2';
  expect(values.accessLink).toBe(`${PUBLIC_URL}/e/calm-software/live?${query}`);
  expect(values.calendarLink).toBe(`${PUBLIC_URL}/e/calm-software/calendar.ics?${query}`);
  expect(values.webCalendarLink).toBe(`${PUBLIC_URL}/e/calm-software/calendar?${query}`);
});

describe('how long until the start', () => {
  const startsIn = (minutes: number, language: Language, changes: Partial<Start> = {}) =>
    writeStartsIn({
      ...{ minutes, copy: COPY[language], locale: language === 'en' ? 'en-GB' : language },
      ...{ startsAt: SAMPLE_EVENT.startsAt, timeZone: 'Europe/Paris' },
      ...changes,
    });
  type Start = Parameters<typeof writeStartsIn>[0];

  test.each([
    ['en', 'in 10 minutes', 'in 1 hour', 'tomorrow at 18:00', 'in 2 days'],
    ['fr', 'dans 10 minutes', 'dans 1 heure', 'demain à 18:00', 'dans 2 jours'],
    ['de', 'in 10 Minuten', 'in 1 Stunde', 'morgen um 18:00\u00a0Uhr', 'in 2 Tagen'],
    ['es', 'dentro de 10 minutos', 'dentro de 1 hora', 'mañana a las 18:00', 'dentro de 2 días'],
    ['pt', 'em 10 minutos', 'em 1 hora', 'amanhã às 18:00', 'em 2 dias'],
    ['ja', '10 分後', '1 時間後', '明日18:00', '2 日後'],
    ['ar', 'خلال 10 دقائق', 'خلال ساعة واحدة', 'غدًا الساعة 6:00 م', 'خلال يومين'],
  ] as const)('in %s: %s, %s, %s, %s', (language, ...written) => {
    expect([10, 60, 1440, 2880].map((minutes) => startsIn(minutes, language).startsIn)).toEqual(written);
  });

  test.each([
    [1, 'in 1 minute'],
    [90, 'in 90 minutes'],
    [600, 'in 10 hours'],
    [1100, 'tomorrow at 18:00'],
    [10_080, 'in 7 days'],
  ])('%i minutes are said so that one can use them', (minutes, written) => {
    expect(startsIn(minutes, 'en').startsIn).toBe(written);
  });

  test.each([
    // On the same day there, and on the day before it elsewhere.
    [1020, 'Europe/Paris', 'in 17 hours'],
    [1020, 'Asia/Tokyo', 'tomorrow at 02:00'],
    // Past midnight, and yet nobody says tomorrow.
    [180, 'Asia/Tokyo', 'in 3 hours'],
    // Two days before, and not 48 hours.
    [2640, 'Europe/Paris', 'in 44 hours'],
  ])('%i minutes before, in %s, it starts %s', (minutes, timeZone, written) => {
    expect(startsIn(minutes, 'en', { timeZone }).startsIn).toBe(written);
  });

  test('says the day before tomorrow, also where a day has 23 or 25 hours', () => {
    for (const startsAt of ['2027-03-28T10:00:00Z', '2027-10-31T10:00:00Z'])
      expect(startsIn(1440, 'en', { startsAt: new Date(startsAt) }).startsIn).toMatch(
        /^tomorrow at 1[12]:00$/,
      );
  });

  test('says no tomorrow on the day itself, where a reminder of a day before is late', () => {
    const startsAt = new Date('2027-01-15T22:00:00Z');
    const late = { startsAt, saidAt: new Date('2027-01-14T23:01:00Z') };
    expect(startsIn(1440, 'en', late).startsIn).toBe('in 24 hours');
    expect(startsIn(1440, 'en', { ...late, timeZone: 'Europe/London' }).startsIn).toBe('tomorrow at 22:00');
  });

  test.each([
    ['es', 'mañana a la 1:00'],
    ['pt', 'amanhã à 1:00'],
  ] as const)('in %s one o’clock is one', (language, written) => {
    const startsAt = new Date('2027-01-15T00:00:00Z');
    expect(startsIn(1440, language, { startsAt }).startsIn.replace('01:', '1:')).toBe(written);
  });

  test.each(LANGUAGES)('comes with a sentence that fits, in %s', (language) => {
    const { tomorrow, now, soon } = COPY[language].reminder.seeYou;
    expect([1440, 30, 60, 4320].map((minutes) => startsIn(minutes, language).seeYou)).toEqual([
      ...[tomorrow, now, soon, soon],
    ]);
  });

  test.each([0, -5, 0.5, Number.NaN])('%d minutes are refused', (minutes) => {
    expect(() => startsIn(minutes, 'en')).toThrow('minutes');
  });

  test('is the registrant’s language and clock', async () => {
    const { subject, text } = await sampleMail('reminder', {
      registrant: { locale: 'fr-CA' },
      about: { minutesBefore: 1440 },
    });
    expect(subject).toBe('Début demain à 12 h 00\u00a0: Designing calm software');
    expect(text).toContain('À demain.');
  });
});

describe('the times before', () => {
  const moved = (registrant: Partial<MailRegistrant>, about: MailAbout = SAMPLE_ABOUT) =>
    recipientVariables('event_updated', {
      event: SAMPLE_EVENT,
      registrant: { ...SAMPLE_REGISTRANT, ...registrant },
      publicUrl: PUBLIC_URL,
      about,
    });

  test('are on the registrant’s clock, with the event’s beside it', () => {
    expect(moved({ timeZone: 'Asia/Tokyo' })).toMatchObject({
      date: 'Saturday 16 January 2027',
      oldDate: 'Thursday 14 January 2027',
      oldTime: '17:30–18:30',
      oldZone: 'Japan Standard Time',
      oldHostTime: 'Host’s time: 09:30–10:30, Central European Standard Time',
    });
    expect(moved({ timeZone: null }).oldHostTime).toBe('');
  });

  test('can be compared where the event changed its zone: both on one clock', () => {
    const before = { ...SAMPLE_EVENT, timeZone: 'America/New_York' };
    expect(moved({ timeZone: null }, { before })).toMatchObject({
      time: '18:00–19:00',
      hostTime: '',
      oldTime: '18:00–19:00',
      oldHostTime: 'Host’s time: 12:00–13:00, Eastern Standard Time',
    });
  });
});

test.each([
  ['reminder', 'minutesBefore', { unsubscribeLink: 'https://events.example/u/x' }],
  ['reminder', 'unsubscribeLink', { minutesBefore: 60 }],
  ['reminder', 'unsubscribeLink', { minutesBefore: 60, unsubscribeLink: '' }],
  ['event_updated', 'before', {}],
] as const)('a %s that is not told %s fails', (kind, missing, about) => {
  const input = { event: SAMPLE_EVENT, registrant: SAMPLE_REGISTRANT, publicUrl: PUBLIC_URL };
  expect(() => recipientVariables(kind, { ...input, about })).toThrow(
    `A ${kind} mail needs about.${missing}.`,
  );
});

test('a mail to the team fails without what it is for, and goes to no registrant', () => {
  const { email, signInLink, signInCode } = SAMPLE_SITE_VALUES;
  expect(siteVariables('sign_in', SAMPLE_SITE_VALUES)).toEqual({ email, signInLink, signInCode });
  expect(() => siteVariables('sign_in', { email, language: 'en' })).toThrow('signInLink');
  const input = { event: SAMPLE_EVENT, registrant: SAMPLE_REGISTRANT, publicUrl: PUBLIC_URL };
  for (const kind of ['sign_in', 'registrants_export'] as const)
    expect(() => recipientVariables(kind, input)).toThrow('siteVariables');
});

describe('an export’s mail', () => {
  type About = NonNullable<SiteValuesInput['export']>;
  const about: About = SAMPLE_SITE_VALUES.export;
  const valuesIn = (language: Language, changes: Partial<About> = {}) =>
    siteVariables('export_link', { ...SAMPLE_SITE_VALUES, language, export: { ...about, ...changes } });

  test.each([
    ['en', '48,211', 'Sat 16 Jan, 18:00, Central European Standard Time'],
    ['fr', '48\u00a0211', 'sam. 16 janv., 18:00, heure normale d’Europe centrale'],
    ['de', '48.211', 'Sa., 16. Jan., 18:00\u00a0Uhr, Mitteleuropäische Normalzeit'],
    ['es', '48.211', 'sáb, 16 ene, 18:00, hora estándar de Europa central'],
    ['pt', '48.211', 'sáb., 16 de jan., 18:00, Horário Padrão da Europa Central'],
    ['ja', '48,211', '1月16日(土) 18:00（中央ヨーロッパ標準時）'],
    ['ar', '48,211', 'السبت، 16 يناير، 6:00 م، توقيت وسط أوروبا الرسمي'],
  ] as const)('in %s says %s registrants and how long its link lives', (language, rows, until) => {
    expect(valuesIn(language)).toMatchObject({ rows, until });
  });

  test('says none of it with a gap', () => {
    expect(valuesIn('en', { rows: 0 }).rows).toBe('0');
    const { downloadLink: _, expiresAt: __, reason: ___, ...bare } = about;
    const told = { ...SAMPLE_SITE_VALUES, export: bare };
    expect(() => siteVariables('export_attached', told)).not.toThrow();
    expect(() => siteVariables('export_link', told)).toThrow('The mail export_link needs downloadLink.');
    const withLink = { ...told, export: { ...bare, downloadLink: 'https://events.example/x/1' } };
    expect(() => siteVariables('export_link', withLink)).toThrow('until');
    expect(() => siteVariables('export_failed', told)).toThrow('reason');
    const { export: ____, ...none } = SAMPLE_SITE_VALUES;
    expect(() => siteVariables('export_attached', none)).toThrow('eventTitle');
    expect(() => valuesIn('en', { rows: Number.NaN })).toThrow('rows');
  });

  test.each(LANGUAGES)('has in %s a sentence for each reason, none like another', (language) => {
    const reasons = EXPORT_FAILURES.map(
      (reason) =>
        siteVariables('export_failed', { ...SAMPLE_SITE_VALUES, language, export: { ...about, reason } })
          .reason,
    );
    expect(new Set(reasons)).toHaveLength(EXPORT_FAILURES.length);
    for (const reason of reasons) expect(reason).toMatch(/[.。]$/);
  });

  test('is one line a value, whatever the event and the file are called', () => {
    const changes = { eventTitle: 'tea\r\nBcc: x\u202e', fileName: 'a\u2066\n.csv' };
    expect(valuesIn('en', changes)).toMatchObject({ eventTitle: 'tea Bcc: x', fileName: 'a .csv' });
  });
});

test.each(MAILS)('what is kept of a %s is about a kilobyte', async (name) => {
  const { variables } = await sampleMail(name);
  const limit = name === 'event_updated' ? 1_500 : 1_200;
  expect(Buffer.byteLength(JSON.stringify(variables))).toBeLessThan(limit);
});
