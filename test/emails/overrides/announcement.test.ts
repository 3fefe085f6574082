import { describe, expect, it, test } from 'vitest';
import { compileTemplate } from '../../../emails/engine/compile.ts';
import { merge } from '../../../emails/engine/merge.ts';
import { recipientVariables } from '../../../emails/engine/variables.ts';
import { checkAnnouncement } from '../../../emails/overrides/check-announcement.ts';
import {
  SAMPLE_ABOUT,
  SAMPLE_ANNOUNCEMENTS,
  SAMPLE_EVENT,
  SAMPLE_REGISTRANT,
} from '../../../emails/samples.ts';
import { announcementTextFor } from '../../../src/domain/announcement.ts';
import { LANGUAGES } from '../../../src/domain/locale.ts';
import { PUBLIC_URL } from '../sample-mail.ts';

const check = (text: string, subject = 'News') =>
  checkAnnouncement({ other: { subject, text }, byLanguage: {} });

/** The mail with this text, as it goes to Ada, or to somebody without a name. */
async function mailOf(text: string, registrant: Partial<typeof SAMPLE_REGISTRANT> = {}, subject = 'News') {
  expect(check(text, subject)).toEqual([]);
  const words = { subject, introduction: text, signature: null };
  const event = SAMPLE_EVENT;
  const template = await compileTemplate({
    ...{ kind: 'announcement', language: 'en', event, words, postalAddress: '' },
  });
  const who = { ...SAMPLE_REGISTRANT, ...registrant };
  const input = { event, registrant: who, publicUrl: PUBLIC_URL, about: SAMPLE_ABOUT, words };
  return merge(template, recipientVariables('announcement', input));
}

/** What the team wrote, in the text part. */
const bodyOf = (text: string) => text.slice(0, text.indexOf('\n\nDesigning calm software\n'));

describe('the links of an announcement', () => {
  it.each([
    ['https://studio.example', 'https://studio.example/'],
    ['HTTPS://Studio.Example/A', 'https://studio.example/A'],
    ['https://studio.example/a?b=1&c=%20#d', 'https://studio.example/a?b=1&amp;c=%20#d'],
    ['https://bücher.example/ä', 'https://xn--bcher-kva.example/%C3%A4'],
    ['https://studio.example:8443/a_(b)', 'https://studio.example:8443/a_(b)'],
  ])('%s is kept and leads where it says', async (typed, href) => {
    const { html, text } = await mailOf(`See ${typed} please`);
    expect(html).toContain(`href="${href}"`);
    expect(text.split('\n')).toContain(`See ${href.replaceAll('&amp;', '&')}`);
    expect(text.split('\n')).toContain('please');
  });

  it.each([
    ['(https://studio.example/a)', 'https://studio.example/a'],
    ['https://studio.example/a.', 'https://studio.example/a'],
    ['“https://studio.example/a”', 'https://studio.example/a'],
    ['こちら：https://studio.example/a。', 'https://studio.example/a'],
  ])('the punctuation around one is no part of it: %s', async (text, href) => {
    expect((await mailOf(text)).html).toContain(`href="${href}"`);
  });

  it.each([
    ['http://studio.example/', /https:\/\//],
    ['mailto:ada@example.com', /Write links in full|People can answer/],
    ['javascript:alert(1)', /Write links in full/],
    ['ftp://studio.example/a', /Write links in full/],
    ['studio.example.com', /Write links in full/],
    ['www.studio.example', /Write links in full/],
    ['ada@example.com', /\{\{replyTo\}\}/],
    ['https://192.168.0.1/a', /IP address/],
    ['https://[2001:db8::1]/a', /IP address/],
    ['https://0x7f.1/a', /IP address/],
    ['https://2130706433/', /IP address/],
    ['10.0.0.1', /make a link/],
    ['https://ada:secret@studio.example/', /user name or a password/],
    ['https://', /not a complete address|make a link/],
    [`https://studio.example/${'a'.repeat(900)}`, /too long/],
    ['https://studio.example/\u200ba', /invisible/],
    ['https://studio.example/{{firstName}}', /Nothing may touch the link/],
    ['{{firstName}}https://studio.example/', /Nothing may touch the link/],
    ['https://{{firstName}}.example/', /./],
    ['{{firstName}}.com', /put together from variables/],
    ['{{#if firstName}}https://studio.example/{{/if}}{{lastName}}', /Nothing may touch the link/],
    ['x{{#if firstName}}https://studio.example/{{/if}}', /Nothing may touch the link/],
    ['xhttps://studio.example/', /make a link/],
  ])('%s is refused, with the line and column', (text, message) => {
    const [first] = check(`Hello\n${text}`);
    expect(first?.path).toBe('text');
    expect(first?.message).toMatch(/^Line 2, column \d+: /);
    expect(first?.message).toMatch(message);
  });

  it('a subject holds none', () => {
    expect(check('Text', 'See https://studio.example/')).toEqual([
      { path: 'subject', message: expect.stringContaining('A subject can hold no link') },
    ]);
  });

  it('a condition decides about one', async () => {
    const text = '{{#if firstName}}Slides: https://studio.example/a {{/if}}Bye';
    expect((await mailOf(text)).text).toContain('Slides: https://studio.example/a\nBye');
    const { html, text: without } = await mailOf(text, { firstName: '' });
    expect(html + without).not.toContain('studio.example/a');
  });
});

describe('what an announcement is refused for', () => {
  it.each([
    ['', 'Text', [['subject', 'is missing']]],
    ['News', ' \n ', [['text', 'is missing']]],
    ['Two\nlines', 'Text', [['subject', /A subject is one line/]]],
    ['x'.repeat(201), 'Text', [['subject', /201 characters; at most 200/]]],
    ['News', 'x'.repeat(10_001), [['text', /10,001 characters; at most 10,000/]]],
    ['News', 'Hi {{prenom}}', [['text', /Line 1, column 6: There is no variable “prenom”/]]],
    ['News', 'Hi {{startsIn}}', [['text', /says nothing in this kind of mail/]]],
    ['News', 'Hi {{firstName', [['text', /is not closed/]]],
    ['News', '漢'.repeat(9_900), [['text', /so large that mail programs cut it off/]]],
    [
      'News',
      '{{#if firstName}}a\n\nb{{/if}}',
      [['text', /Line 2, column 1: A condition must begin and end/]],
    ],
    ['News', '{{#if firstName}}a\n- b{{/if}}', [['text', /A condition must begin and end/]]],
  ] as const)('%j, %j', (subject, text, errors) => {
    expect(check(text, subject).map(({ path, message }) => [path, message])).toEqual(
      errors.map(([path, message]) => [
        path,
        typeof message === 'string' ? message : expect.stringMatching(message),
      ]),
    );
  });

  it('says which language it is in', () => {
    const texts = { other: null, byLanguage: { fr: { subject: 'Bonjour', text: '{{x}}' } } };
    expect(checkAnnouncement(texts)).toEqual([
      { path: 'texts.fr.text', message: expect.stringContaining('Line 1, column 3') },
    ]);
  });
});

describe('an announcement as a mail', () => {
  it('has its paragraphs and lists in both parts', async () => {
    const { html, text } = await mailOf(
      'First\nline two\n\n\n- one\n- two\n  goes on\nAfter\n- three https://studio.example/a\n- four',
    );
    expect(bodyOf(text)).toBe(
      'Hi Ada,\n\nFirst\nline two\n\n- one\n- two\ngoes on\n\nAfter\n\n- three https://studio.example/a\n- four',
    );
    expect(html.match(/<ul/g)).toHaveLength(2);
    expect(html.match(/<li>/g)).toHaveLength(4);
  });

  it('greets unless the text does, and shows how it begins beside the subject', async () => {
    const { html, text, subject } = await mailOf(
      'Dear {{firstName}},\n\nhere are the slides: https://studio.example/a',
      {},
      'For {{firstName}}: {{eventTitle}}',
    );
    expect(subject).toBe('For Ada: Designing calm software');
    expect(text).not.toContain('Hi Ada');
    expect(html).toMatch(/display:none[^>]*>Dear Ada, here are the slides:/);
  });

  it('prints what anybody may be called as text', async () => {
    const { html, text } = await mailOf('Dear {{firstName}} at {{email}}', {
      firstName: '<b>{{x}}"&',
      email: 'a&b@example.com',
    });
    expect(html).toContain('&lt;b&gt;{{x}}&quot;&amp;');
    expect(text).toContain('Dear <b>{{x}}"& at a&b@example.com');
  });

  it('brings the access link and the way to stop such mails', async () => {
    const { html, text } = await mailOf('Text');
    for (const part of [html, text]) {
      expect(part).toContain('/e/calm-software/live?');
      expect(part).toContain(SAMPLE_ABOUT.unsubscribeLink);
    }
  });

  test.each(LANGUAGES)('the sample in %s can be sent, and stays small', async (language) => {
    const { subject, text } = SAMPLE_ANNOUNCEMENTS[language];
    const { html } = await mailOf(text, { locale: language }, subject);
    expect(Buffer.byteLength(html)).toBeLessThan(30_000);
  });
});

test('each person gets the text of their language, else that of the event, else the one for all others', () => {
  const of = (subject: string) => ({ subject, text: subject });
  const texts = { other: of('other'), byLanguage: { fr: of('fr'), de: of('de') } };
  expect(announcementTextFor(texts, 'fr', 'de')?.text.subject).toBe('fr');
  expect(announcementTextFor(texts, 'ja', 'de')?.text.subject).toBe('de');
  expect(announcementTextFor(texts, 'ja', 'en')?.text.subject).toBe('other');
  expect(announcementTextFor({ ...texts, other: null }, 'ja', 'en')).toBeNull();
});
