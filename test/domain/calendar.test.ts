import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  type CalendarEvent,
  calendarFile,
  calendarMethod,
  googleCalendarLink,
  outlookCalendarLink,
} from '../../src/domain/calendar.ts';
import { anyText } from '../support/any-text.ts';
import { parseCalendar, propertyOf, unescapeText } from './parse-calendar.ts';

const event: CalendarEvent = {
  title: 'Designing calm software',
  description: 'Bring tea, and a friend.\nNo slides; only talk.',
  startsAt: new Date('2027-01-15T17:00:00Z'),
  endsAt: new Date('2027-01-15T18:00:00Z'),
  hostName: 'Ada "The Countess" Lovelace',
  replyTo: 'host@example.com',
  revision: 3,
  updatedAt: new Date('2026-12-01T09:00:00Z'),
  cancelledAt: null,
};
const entry = {
  uid: '0192f3a4-5b6c',
  link: 'https://events.example/e/calm/live?email=a%40b.example&key=1234',
};
const text = (file: string, name: string) => unescapeText(propertyOf(file, name) ?? '');

afterEach(() => vi.unstubAllEnvs());

describe('the calendar file', () => {
  const file = calendarFile(event, entry);

  test('says when in UTC, and what, where and by whom', () => {
    expect(propertyOf(file, 'METHOD')).toBe('PUBLISH');
    expect(propertyOf(file, 'UID')).toBe(entry.uid);
    expect(propertyOf(file, 'SEQUENCE')).toBe('3');
    expect(propertyOf(file, 'DTSTAMP')).toBe('20261201T090000Z');
    expect(propertyOf(file, 'DTSTART')).toBe('20270115T170000Z');
    expect(propertyOf(file, 'DTEND')).toBe('20270115T180000Z');
    expect(propertyOf(file, 'STATUS')).toBe('CONFIRMED');
    expect(text(file, 'SUMMARY')).toBe(event.title);
    expect(text(file, 'LOCATION')).toBe(entry.link);
    expect(text(file, 'DESCRIPTION')).toBe(`${entry.link}\n\n${event.description}`);
    expect(propertyOf(file, 'URL')).toBe(entry.link);
    expect(propertyOf(file, 'ORGANIZER')?.toLowerCase()).toBe('mailto:host@example.com');
  });

  test.each(['UTC', 'Pacific/Auckland', 'America/St_Johns'])(
    'has the same bytes on a server in %s',
    (zone) => {
      vi.stubEnv('TZ', zone);
      expect(calendarFile(event, entry)).toBe(file);
    },
  );

  test('names no organiser where nobody could answer', () => {
    expect(propertyOf(calendarFile({ ...event, replyTo: null }, entry), 'ORGANIZER')).toBeUndefined();
  });

  test('takes the entry back once the event is cancelled', () => {
    const cancelled = { ...event, cancelledAt: new Date('2027-01-02T00:00:00Z'), revision: 4 };
    const cancellation = calendarFile(cancelled, entry);
    expect(calendarMethod(cancelled)).toBe('CANCEL');
    expect(propertyOf(cancellation, 'METHOD')).toBe('CANCEL');
    expect(propertyOf(cancellation, 'STATUS')).toBe('CANCELLED');
    expect(propertyOf(cancellation, 'UID')).toBe(entry.uid);
  });

  test('comes back as it went in, in lines of 75 octets, whatever its event is called', () => {
    const words = anyText({ maxLength: 200 });
    fc.assert(
      fc.property(words, words, (title, description) => {
        const written = calendarFile({ ...event, title, description, hostName: title || null }, entry);
        for (const line of written.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(parseCalendar(written).map(({ name }) => name)).toEqual(
          parseCalendar(file).map(({ name }) => name),
        );
        expect(text(written, 'SUMMARY')).toBe(printable(title));
      }),
    );
  });

  test('cannot be given properties through a title', () => {
    const written = calendarFile({ ...event, title: 'A\r\nATTACH:https://evil.example\nB' }, entry);
    expect(propertyOf(written, 'ATTACH')).toBeUndefined();
    expect(text(written, 'SUMMARY')).toBe('A\nATTACH:https://evil.example\nB');
  });
});

describe('the links that add it elsewhere', () => {
  const hostile = { ...event, title: 'Tea & "cake"? #1 + {{more}} \ud800' };

  test('Google', () => {
    const url = new URL(googleCalendarLink(hostile, encodeURIComponent(entry.link)));
    expect(url.origin).toBe('https://calendar.google.com');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      action: 'TEMPLATE',
      text: 'Tea & "cake"? #1 + {{more}} \ufffd',
      dates: '20270115T170000Z/20270115T180000Z',
      details: entry.link,
    });
  });

  test('Outlook', () => {
    const url = new URL(outlookCalendarLink(hostile, encodeURIComponent(entry.link)));
    expect(url.origin).toBe('https://outlook.live.com');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      rru: 'addevent',
      subject: 'Tea & "cake"? #1 + {{more}} \ufffd',
      startdt: '2027-01-15T17:00:00Z',
      enddt: '2027-01-15T18:00:00Z',
      body: entry.link,
    });
  });
});

/** What the file can hold of a text: no control characters, and one kind of line end. */
function printable(title: string): string {
  return title
    .toWellFormed()
    .replace(/\p{Cc}/gu, (character) => (/[\t\n\r\u0080-\u009f]/.test(character) ? character : ''))
    .replace(/\r\n?/g, '\n');
}
