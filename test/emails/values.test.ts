import { describe, expect, test } from 'vitest';
import { SAMPLE_EVENT, SAMPLE_REGISTRANT } from '../../emails/samples.ts';
import type { MailRegistrant } from '../../emails/values.ts';
import { recipientVariables } from '../../emails/variables.ts';
import { KINDS, PUBLIC_URL } from './sample-mail.ts';

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
  ])('of %j in %s', (firstName, locale, greeting) => {
    expect(valuesOf({ firstName, locale }).greeting).toBe(greeting);
  });

  test.each([
    'Win at https://evil.example',
    'evil.com',
    'go to WWW.evil',
    'EVIL.COM now',
    '=HYPERLINK("http://x")',
  ])('does not carry %j to a stranger’s inbox', (firstName) => {
    expect(valuesOf({ firstName }).greeting).toBe('Hello,');
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
      hostTime: 'Host’s clock: 18:00–19:00, Central European Standard Time',
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
    expect(valuesOf({ locale }, { locale: eventLocale }).shortDate).toBe(shortDate);
  });
});

test('links start with the public address and hold the address and key encoded', () => {
  const values = valuesOf({ email: 'a+b&c@example.com', accessKey: 'k-1_2' });
  const query = 'email=a%2Bb%26c%40example.com&key=k-1_2';
  expect(values.accessLink).toBe(`${PUBLIC_URL}/e/calm-software/live?${query}`);
  expect(values.calendarLink).toBe(`${PUBLIC_URL}/e/calm-software/calendar.ics?${query}`);
  expect(decodeURIComponent(values.encodedAccessLink ?? '')).toBe(values.accessLink);
});

test.each(KINDS)('what is kept of a %s is less than a kilobyte', (kind) => {
  const values = recipientVariables(kind, {
    event: SAMPLE_EVENT,
    registrant: SAMPLE_REGISTRANT,
    publicUrl: PUBLIC_URL,
  });
  expect(Buffer.byteLength(JSON.stringify(values))).toBeLessThan(1_000);
});
