import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { type CalendarEvent, calendarSource, foldCalendar } from '../../src/domain/calendar.ts';
import type { OutgoingMail } from '../../src/providers/provider.ts';
import { resendMail } from '../../src/providers/resend/payload.ts';
import { createMimeWriter } from '../../src/providers/smtp/mime.ts';
import { propertyOf } from '../domain/parse-calendar.ts';
import { outgoingMail } from '../support/outgoing-mail.ts';

const FROM = { name: 'Studio', address: 'events@studio.example' };
const EVENT: CalendarEvent = {
  title: 'Calm software',
  description: 'é'.repeat(100),
  startsAt: new Date('2027-01-15T17:00:00Z'),
  endsAt: new Date('2027-01-15T18:00:00Z'),
  hostName: null,
  replyTo: null,
  revision: 0,
  updatedAt: new Date('2026-12-01T09:00:00Z'),
  cancelledAt: null,
};
const CANCELLED = { ...EVENT, cancelledAt: new Date('2027-01-02T00:00:00Z'), revision: 1 };
const SHEET = { filename: 'people.csv', contentType: 'text/csv; charset=utf-8', content: 'a\r\n' };

function mailWith(event: CalendarEvent, ...more: OutgoingMail['attachments']): OutgoingMail {
  const method = event.cancelledAt ? 'CANCEL' : 'PUBLISH';
  const content = foldCalendar(
    calendarSource(event, { uid: '1', link: 'https://e.example/l', hostLine: null }),
  );
  const file = {
    filename: 'event.ics',
    contentType: `text/calendar; charset=utf-8; method=${method}`,
    content,
  };
  return outgoingMail({ to: 'ana@münchen.example', attachments: [file, ...more] });
}

/** The types of a mail's parts in their order, and the calendar among them as it reads. */
async function sent(mail: OutgoingMail, calendarMethod: 'publish' | 'request') {
  const source = createMimeWriter({ from: FROM, tags: false, calendarMethod })(mail).toString();
  const { attachments } = await PostalMime.parse(source, { attachmentEncoding: 'utf8' });
  const file = attachments.find(({ mimeType }) => mimeType === 'text/calendar')?.content;
  const calendar = `${String(file).replace(/\r?\n/g, '\r\n').trimEnd()}\r\n`;
  return {
    types: [...source.matchAll(/^Content-Type: ([^;\r]+)/gm)].map(([, type]) => type),
    calendar,
    source,
  };
}

describe('published, as it is unless somebody says otherwise', () => {
  it.each([
    ['PUBLISH', EVENT],
    ['CANCEL', CANCELLED],
  ])('the file of %s is attached, and names who sends it', async (method, event) => {
    const { types, calendar, source } = await sent(mailWith(event), 'publish');
    expect(types).toEqual([
      'multipart/mixed',
      'multipart/alternative',
      'text/plain',
      'text/html',
      'text/calendar',
    ]);
    expect(propertyOf(calendar, 'METHOD')).toBe(method);
    expect(propertyOf(calendar, 'ORGANIZER')).toBe('mailto:events@studio.example');
    expect(propertyOf(calendar, 'ATTENDEE')).toBeUndefined();
    expect(source).toContain(`method=${method}`);
  });
});

describe('as an invitation', () => {
  it.each([
    ['REQUEST', EVENT],
    ['CANCEL', CANCELLED],
  ])('%s is the last way to say it, beside text and html, and names its recipient', async (method, event) => {
    const { types, calendar, source } = await sent(mailWith(event), 'request');
    expect(types).toEqual(['multipart/alternative', 'text/plain', 'text/html', 'text/calendar']);
    expect(source).toContain(`Content-Type: text/calendar; charset=utf-8; method=${method}\r\n`);
    expect(source).not.toContain('Content-Disposition');
    expect(propertyOf(calendar, 'METHOD')).toBe(method);
    expect(propertyOf(calendar, 'ORGANIZER')).toBe('mailto:events@studio.example');
    expect(propertyOf(calendar, 'ATTENDEE')).toBe('mailto:ana@xn--mnchen-3ya.example');
  });

  it('leaves other files attached', async () => {
    const { types } = await sent(mailWith(EVENT, SHEET), 'request');
    expect(types).toEqual([
      'multipart/mixed',
      'multipart/alternative',
      'text/plain',
      'text/html',
      'text/calendar',
      'text/csv',
    ]);
  });

  it('goes through Resend, which knows two ways to say something, as an attachment', () => {
    const { attachments } = resendMail(mailWith(EVENT, SHEET), {
      from: FROM,
      tags: false,
      attach: true,
      calendarMethod: 'request',
    });
    expect(attachments).toMatchObject([
      { filename: 'event.ics', contentType: 'text/calendar; charset=utf-8; method=REQUEST' },
      { filename: 'people.csv' },
    ]);
    const file = Buffer.from(String(attachments?.[0]?.content), 'base64').toString();
    expect(propertyOf(file, 'ATTENDEE')).toBe('mailto:ana@xn--mnchen-3ya.example');
    const published = resendMail(mailWith(EVENT), { from: FROM, tags: false, attach: true }).attachments?.[0];
    expect(published).toMatchObject({ contentType: 'text/calendar; charset=utf-8; method=PUBLISH' });
    expect(Buffer.from(String(published?.content), 'base64').toString()).toContain('ORGANIZER');
  });
});
