import { describe, expect, test } from 'vitest';
import { COPY } from '../../emails/copy/languages.ts';
import { compileTemplate } from '../../emails/engine/compile.ts';
import { eventContent } from '../../emails/engine/content.ts';
import { inventedRegistrant, previewMail } from '../../emails/preview-mail.ts';
import { SAMPLE_EVENT } from '../../emails/samples.ts';
import { OWN_COLOR } from '../../emails/theme.ts';
import { KINDS_WITH_ACCESS } from '../../src/domain/kinds.ts';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { EVENT } from '../public/samples.tsx';
import { EVENT_KINDS, isSiteMail, MAILS, type MailName, PUBLIC_URL, sampleMail } from './sample-mail.ts';

const PICTURES = {
  logoUrl: 'https://cdn.example/logo.png',
  coverUrl: 'https://cdn.example/cover.jpg',
  hostPictureUrl: 'https://cdn.example/host.png',
};
const letterIn = (html: string) => /<td[^>]*class="mark"[^>]*>([^<]*)<\/td>/.exec(html)?.[1];
const contentOf = (event: Partial<typeof SAMPLE_EVENT>) =>
  eventContent({ language: 'en', event: { ...SAMPLE_EVENT, ...event }, postalAddress: '' });

describe('whose mail it is', () => {
  test.each([
    ['Calm Studio', 'Maya', 'Calm Studio', 'C'],
    [null, 'Maya', 'Maya', 'M'],
    [null, null, null, 'D'],
    ['  \n', '\u202e', null, 'D'],
    ['émile & co', null, 'émile & co', 'É'],
    ['“42 days”', null, '“42 days”', '4'],
    ['佐藤', null, '佐藤', '佐'],
  ])('with %j and host %j is %j', async (fromName, hostName, sender, letter) => {
    expect(contentOf({ fromName, hostName }).sender).toBe(sender);
    const { html } = await sampleMail('confirmation', { event: { fromName, hostName } });
    const shown = letterIn(html)?.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
    expect(shown).toBe(letter);
  });

  test.each(MAILS)('is said by %s: by a letter, or by the logo, never by both', async (name) => {
    const { html } = await sampleMail(name);
    expect(letterIn(html)).toBe(isSiteMail(name) ? 'A' : 'M');
    if (isSiteMail(name)) return;
    const withLogo = (await sampleMail(name, { event: PICTURES })).html;
    expect(letterIn(withLogo)).toBeUndefined();
    expect(withLogo).toContain('src="https://cdn.example/logo.png" alt="Maya Lindqvist"');
  });

  test('a name without a letter has no mark', async () => {
    const { html } = await sampleMail('confirmation', { event: { fromName: '★ ★ ★' } });
    expect(letterIn(html)).toBeUndefined();
  });
});

describe('pictures', () => {
  const WITHOUT_COVER: readonly MailName[] = ['event_cancelled'];

  test.each(EVENT_KINDS)('of %s are there where the event has them, and say nothing alone', async (name) => {
    const { html, text } = await sampleMail(name, { event: PICTURES });
    // A program may know of it still: what tells it of the event is no picture in the mail.
    const shown = html.replaceAll(/<script.*?<\/script>/gs, '');
    expect(shown.includes(PICTURES.coverUrl)).toBe(!WITHOUT_COVER.includes(name));
    expect(html).toContain(PICTURES.hostPictureUrl);
    const bare = await sampleMail(name);
    expect(bare.html).not.toContain('<img');
    expect(text).toBe(bare.text);
    for (const [, alt] of html.matchAll(/<img[^>]* alt="([^"]*)"/g))
      expect(['', 'Maya Lindqvist']).toContain(alt);
  });

  test('come after the button where that is the point of the mail', async () => {
    for (const name of ['reminder', 'nudge', 'access_link', 'self_serve_link', 'new_key'] as const) {
      const { html } = await sampleMail(name, { event: PICTURES });
      expect(html.indexOf('class="edge"'), name).toBeLessThan(html.indexOf(PICTURES.coverUrl));
    }
    const { html } = await sampleMail('confirmation', { event: PICTURES });
    expect(html.indexOf(PICTURES.coverUrl)).toBeLessThan(html.indexOf('<h1'));
  });
});

describe('a confirmation', () => {
  test('leads into a calendar first, and to its link second, saying what that shows', async () => {
    const { html, text, variables } = await sampleMail('confirmation');
    for (const part of [html.replaceAll('&amp;', '&'), text]) {
      const calendar = part.indexOf(variables.webCalendarLink ?? '');
      expect(calendar).toBeGreaterThan(0);
      expect(calendar).toBeLessThan(part.indexOf(variables.accessLink ?? ''));
      expect(part).toContain(COPY.en.countdown.note);
      expect(part).not.toContain(COPY.en.join);
    }
  });
});

describe('a confirmation within the hour before the start', () => {
  const compileSoon = async (startsSoon: boolean) => {
    const about = { kind: 'confirmation', language: 'en', event: SAMPLE_EVENT, postalAddress: '' } as const;
    return compileTemplate({ ...about, startsSoon });
  };

  test('leads into the event first, as another template', async () => {
    const [early, soon] = [await compileSoon(false), await compileSoon(true)];
    expect(soon.hash).not.toBe(early.hash);
    expect(soon.subject).toBe(early.subject);
    expect(soon.calendar).toBe(early.calendar);
    for (const part of [soon.html, soon.text]) {
      expect(part.indexOf('{{accessLink}}')).toBeLessThan(part.indexOf('{{webCalendarLink}}'));
      expect(part).toContain(COPY.en.join);
      expect(part).not.toContain(COPY.en.countdown.note);
    }
  });
});

describe('a reminder', () => {
  test('is about how soon it is, and brings no calendar', async () => {
    const { html, text } = await sampleMail('reminder', { about: { minutesBefore: 10 } });
    expect(html).toMatch(/font-size:26px[^>]*>Starts in 10 minutes</);
    expect(html).toMatch(/<h1[^>]*font-size:18px/);
    expect(html).toMatch(/<table[^>]*width="100%"[^>]*><tbody><tr><td[^>]*class="edge"/);
    for (const part of [html, text]) {
      expect(part).toContain('We are about to start.');
      expect(part).not.toMatch(/calendar/i);
    }
  });
});

describe('a cancellation', () => {
  test('has no colour but its sender’s, and says how the entry leaves each calendar', async () => {
    const { html, text, variables } = await sampleMail('event_cancelled');
    // In the mark: its ground and its edge.
    expect(html.match(new RegExp(OWN_COLOR, 'g'))).toHaveLength(2);
    const { removeGoogle, removeOutlook, removeByFile } = COPY.en.calendar;
    for (const part of [html.replaceAll('&amp;', '&'), text])
      for (const said of [removeGoogle, removeOutlook, removeByFile, variables.calendarLink ?? 'none'])
        expect(part).toContain(said);
  });
});

describe('what the event is about', () => {
  test.each([
    ['One line.', 'One line.'],
    ['First.\n\nSecond.', 'First.'],
    ['\r\n\r\n First,\r\nstill first.\r\n\r\nSecond.', 'First, still first.'],
    ['Read https://studio.example/a-long-page before.', 'Read'],
    ['https://studio.example', null],
    ['', null],
    [' \n\t', null],
  ])('is the first paragraph of %j', (description, summary) => {
    expect(contentOf({ description }).summary).toBe(summary);
  });

  test('is cut at a word, and earlier in a script of wide letters', () => {
    const { summary } = contentOf({ description: 'A few words again and again. '.repeat(20) });
    expect(summary?.length).toBeLessThanOrEqual(140);
    expect(summary).toMatch(/\w…$/);
    expect(contentOf({ description: '静かな道具を作る。'.repeat(50) }).summary?.length).toBeLessThanOrEqual(
      70,
    );
  });

  test('stands in both parts, and once', async () => {
    const about = 'How to build tools that ask for less attention.';
    for (const name of ['confirmation', 'reminder', 'event_updated', 'access_link'] as const) {
      const { html, text } = await sampleMail(name);
      for (const part of [html, text]) expect(part.split(about)).toHaveLength(2);
    }
  });
});

describe('a code', () => {
  const DIGITS = { event: { keyStyle: 'digits' }, registrant: { accessKey: '4071' } } as const;

  test.each(LANGUAGES)('of four digits is said in both parts, in %s', async (locale) => {
    const { code } = COPY[locale].details;
    for (const name of KINDS_WITH_ACCESS) {
      if (name === 'announcement' || name.startsWith('follow_up') || name === 'registration_link') continue;
      const { html, text } = await sampleMail(name, { ...DIGITS, registrant: { accessKey: '4071', locale } });
      expect(html, name).toMatch(/<strong[^>]*>4071<\/strong>/);
      expect(text, name).toContain(`${COPY[locale].label(code)} 4071\n`);
    }
  });

  test('of letters is in the link alone', async () => {
    const { html, text } = await sampleMail('confirmation');
    for (const part of [html, text]) expect(part).not.toContain(COPY.en.details.code);
  });

  test('in a preview is nobody’s', async () => {
    const mail = await previewMail({
      ...{ kind: 'confirmation', language: 'en', words: null, postalAddress: '', publicUrl: PUBLIC_URL },
      ...{ event: { ...EVENT, keyStyle: 'digits' }, registrant: inventedRegistrant('en') },
      unsubscribeLink: PUBLIC_URL,
    });
    expect(mail.text).toContain('Your code: 0000\n');
  });
});

test('a title of more than 60 letters is set smaller', async () => {
  const sizeOf = async (name: MailName, title: string) =>
    /<h1[^>]*font-size:(\d+)px/.exec((await sampleMail(name, { event: { title } })).html)?.[1];
  expect(await sizeOf('confirmation', 'x'.repeat(60))).toBe('26');
  expect(await sizeOf('confirmation', 'x'.repeat(61))).toBe('22');
  // A mail to the team learns its event's name only when it is merged.
  expect(await sizeOf('export_link', 'x')).toBe('22');
});
