import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  asInvitation,
  type CalendarEvent,
  calendarFile,
  calendarMethod,
  WEB_CALENDARS,
  webCalendarPage,
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
  codeLine: '\nYour code: 1234',
  hostLine: 'Host: Ada "The Countess" Lovelace',
};
const SENDER = { name: 'Studio', address: 'events@studio.example' };
/** The entry without its alarm, which has a text of its own. */
const text = (file: string, name: string) =>
  unescapeText(propertyOf(file.replace(/BEGIN:VALARM.*END:VALARM\r\n/s, ''), name) ?? '');

afterEach(() => vi.unstubAllEnvs());

describe('the calendar file', () => {
  const file = calendarFile(event, entry, SENDER);

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
    expect(text(file, 'DESCRIPTION')).toBe(
      `${entry.link}\nYour code: 1234\n\n${event.description}\n\n${entry.hostLine}`,
    );
    expect(propertyOf(file, 'LAST-MODIFIED')).toBe('20261201T090000Z');
    expect(propertyOf(file, 'TRANSP')).toBe('OPAQUE');
    expect(propertyOf(file, 'URL')).toBe(entry.link);
    expect(propertyOf(file, 'ORGANIZER')?.toLowerCase()).toBe('mailto:host@example.com');
  });

  test('says no more than there is', () => {
    const bare = { ...event, description: ' \n', hostName: null };
    const short = calendarFile(bare, { ...entry, codeLine: '', hostLine: null }, SENDER);
    expect(text(short, 'DESCRIPTION')).toBe(entry.link);
  });

  test.each(['UTC', 'Pacific/Auckland', 'America/St_Johns'])(
    'has the same bytes on a server in %s',
    (zone) => {
      vi.stubEnv('TZ', zone);
      expect(calendarFile(event, entry, SENDER)).toBe(file);
    },
  );

  test('reminds ten minutes before', () => {
    const alarm = /BEGIN:VALARM\r\n(.*)END:VALARM/s.exec(file)?.[1] ?? '';
    expect(propertyOf(alarm, 'ACTION')).toBe('DISPLAY');
    expect(propertyOf(alarm, 'TRIGGER')).toBe('-PT10M');
    expect(text(alarm, 'DESCRIPTION')).toBe(event.title);
  });

  test.each([
    ['an event', event],
    ['a cancelled one', { ...event, cancelledAt: new Date('2027-01-02T00:00:00Z') }],
  ])('is from whoever sends the mails where %s names nobody who takes answers', (_, asked) => {
    const nobody = { ...asked, replyTo: null };
    const organizer = (sender: typeof SENDER) =>
      unfold(calendarFile(nobody, entry, sender))
        .split('\r\n')
        .filter((line) => line.startsWith('ORGANIZER'));
    expect(organizer(SENDER)).toEqual(['ORGANIZER;CN="Studio":mailto:events@studio.example']);
    expect(organizer({ ...SENDER, name: '' })).toEqual(['ORGANIZER:mailto:events@studio.example']);
    expect(organizer({ name: 'A "B"; C\r\nD,', address: 'ada@münchen.example' })).toEqual([
      'ORGANIZER;CN="A B; C D,":mailto:ada@xn--mnchen-3ya.example',
    ]);
  });

  test('takes the entry back once the event is cancelled', () => {
    const cancelled = { ...event, cancelledAt: new Date('2027-01-02T00:00:00Z'), revision: 4 };
    const cancellation = calendarFile(cancelled, entry, SENDER);
    expect(calendarMethod(cancelled)).toBe('CANCEL');
    expect(propertyOf(cancellation, 'METHOD')).toBe('CANCEL');
    expect(propertyOf(cancellation, 'STATUS')).toBe('CANCELLED');
    expect(propertyOf(cancellation, 'UID')).toBe(entry.uid);
    expect(propertyOf(cancellation, 'ORGANIZER')?.toLowerCase()).toBe('mailto:host@example.com');
    // RFC 5546, 3.2.5.
    expect(cancellation).not.toContain('VALARM');
  });

  test('invites whom it is sent to, who need not answer', () => {
    const invitation = unfold(asInvitation(file, "o'hara+x%1&2@münchen.example"));
    expect(invitation).toContain(
      "\r\nATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:o'hara%2Bx%251%262@xn--mnchen-3ya.example\r\n",
    );
    expect(propertyOf(invitation, 'METHOD')).toBe('REQUEST');
    // Nothing else differs, and no line is longer.
    expect(invitation.replace(/ATTENDEE.*\r\n/, '').replace('METHOD:REQUEST', 'METHOD:PUBLISH')).toBe(
      unfold(file),
    );
    const long = asInvitation(file, `${'a'.repeat(64)}@${'b.'.repeat(90)}example`);
    for (const line of long.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    const cancelled = calendarFile(
      { ...event, cancelledAt: new Date('2027-01-02T00:00:00Z') },
      entry,
      SENDER,
    );
    expect(propertyOf(asInvitation(cancelled, 'a@b.example'), 'METHOD')).toBe('CANCEL');
    expect(propertyOf(asInvitation(cancelled, 'a@b.example'), 'ATTENDEE')).toBe('mailto:a@b.example');
  });

  test('comes back as it went in, in lines of 75 octets, whatever its event is called', () => {
    const words = anyText({ maxLength: 200 });
    fc.assert(
      fc.property(words, words, (title, description) => {
        const written = calendarFile(
          { ...event, title, description, hostName: title || null },
          entry,
          SENDER,
        );
        for (const line of written.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(parseCalendar(written).map(({ name }) => name)).toEqual(
          parseCalendar(file).map(({ name }) => name),
        );
        expect(text(written, 'SUMMARY')).toBe(printable(title));
      }),
    );
  });

  test('cannot be given properties through a title', () => {
    const written = calendarFile({ ...event, title: 'A\r\nATTACH:https://evil.example\nB' }, entry, SENDER);
    expect(propertyOf(written, 'ATTACH')).toBeUndefined();
    expect(text(written, 'SUMMARY')).toBe('A\nATTACH:https://evil.example\nB');
  });
});

describe('the pages that add it elsewhere', () => {
  const hostile = {
    ...event,
    title: 'Tea & "cake"? #1 + <b>it\'s</b> {{more}} \ud800',
    description: 'A & B\nC',
  };

  test('Google', () => {
    const url = new URL(webCalendarPage('google', hostile, entry));
    expect(url.origin).toBe('https://calendar.google.com');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      action: 'TEMPLATE',
      text: 'Tea & "cake"? #1 + <b>it\'s</b> {{more}} \ufffd',
      dates: '20270115T170000Z/20270115T180000Z',
      details: `${entry.link}\nYour code: 1234\n\nA & B\nC\n\n${entry.hostLine}`,
      location: entry.link,
    });
  });

  test('Outlook, which shows html’s names of characters as they stand', () => {
    const url = new URL(webCalendarPage('outlook', hostile, entry));
    expect(url.origin).toBe('https://outlook.live.com');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      rru: 'addevent',
      subject: 'Tea ＆ ”cake”? #1 + ＜b＞it’s＜/b＞ {{more}} \ufffd',
      startdt: '2027-01-15T17:00:00Z',
      enddt: '2027-01-15T18:00:00Z',
      body: `${entry.link}<br>Your code: 1234<br><br>A ＆ B<br>C<br><br>Host: Ada ”The Countess” Lovelace`,
    });
    expect(url.search).not.toContain('+');
  });

  test('stays a link that servers take, however long the description is', () => {
    const long = { ...event, description: '漢'.repeat(10_000) };
    for (const calendar of WEB_CALENDARS)
      expect(webCalendarPage(calendar, long, entry).length).toBeLessThan(8_192);
  });
});

/** What the file can hold of a text: no control characters, and one kind of line end. */
function printable(title: string): string {
  return title
    .toWellFormed()
    .replace(/\p{Cc}/gu, (character) => (/[\t\n\r\u0080-\u009f]/.test(character) ? character : ''))
    .replace(/\r\n?/g, '\n');
}

function unfold(file: string): string {
  return file.replaceAll('\r\n ', '');
}
