import { describe, expect, test } from 'vitest';
import type { MailEvent } from '../../emails/mail.ts';
import type { MailRegistrant } from '../../emails/values.ts';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { KINDS, PUBLIC_URL, sampleMail } from './sample-mail.ts';

const cases = KINDS.flatMap((kind) => LANGUAGES.map((locale) => ({ kind, locale })));

const LONGEST: { event: Partial<MailEvent>; registrant: Partial<MailRegistrant> } = {
  event: { title: '漢'.repeat(200), hostName: '<"&'.repeat(70), description: '&'.repeat(5_000) },
  registrant: { email: `${'a'.repeat(64)}@${'b'.repeat(180)}.example`, firstName: '&'.repeat(10_000) },
};

describe.each(cases)('$kind in $locale', ({ kind, locale }) => {
  const mail = (changes: { event?: Partial<MailEvent> } = {}) =>
    sampleMail(kind, { registrant: { locale }, ...changes });

  test('keeps to what mail programs understand', async () => {
    const { html } = await mail({ event: { logoUrl: 'https://cdn.example/logo.png', color: '#ffe14d' } });
    expect(html).not.toMatch(/rgba?\(|hsl|\drem|flex|grid|@font-face|@import|<svg|<script|<link|\.svg/);
    expect(html.match(/@media/g)).toEqual(['@media']);
    expect(html.match(/<table(?![^>]*role="presentation")/g)).toBeNull();
    expect(html.match(/<img(?![^>]*alt=")/g)).toBeNull();
    expect(html).toContain('<meta name="color-scheme" content="light dark"/>');
    expect(html).toContain('<meta name="supported-color-schemes" content="light dark"/>');
  });

  test('says its language and direction on html, body and the inner cell', async () => {
    const { html } = await mail();
    for (const tag of ['html', 'body', 'td']) {
      expect(html).toMatch(new RegExp(`<${tag} (?=[^>]*lang="${locale}")(?=[^>]*dir="ltr")`));
    }
  });

  test('has one heading: the event', async () => {
    const { html } = await mail();
    expect(html.match(/<h1[^>]*>[^<]*<\/h1>/g)).toHaveLength(1);
    expect(html).toMatch(/<h1[^>]*>Designing calm software<\/h1>/);
  });

  test('shows nothing that a program left behind', async () => {
    const { subject, html, text, calendar } = await mail();
    for (const part of [subject, html, text, calendar ?? '']) {
      expect(part).not.toMatch(/undefined|null|NaN|\[object|\{\{|\}\}(?!<\/style>)|zq\d+x/);
    }
  });

  test('has the same absolute links in both parts, and in the text nothing after them', async () => {
    const { html, text, variables } = await mail();
    const inHtml = [...html.matchAll(/href="([^"]*)"/g)].map(
      ([, href]) => href?.replaceAll('&amp;', '&') ?? '',
    );
    const inText = text.split('\n').filter((line) => line.includes('://'));
    expect(new Set(inHtml)).toEqual(new Set(inText));
    for (const link of inText) expect(link).toMatch(/^https:\/\/\S+$/);
    expect(inText).toContain(variables.accessLink);
    expect(inText).toContain(variables.calendarLink);
    expect(inText.filter((link) => link.startsWith(`${PUBLIC_URL}/`))).toHaveLength(2);
  });

  test('says the same facts in both parts', async () => {
    const { html, text, variables } = await mail();
    const printed = html
      .replaceAll('&#x27;', "'")
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code));
    const facts = ['greeting', 'date', 'time', 'zone', 'hostTime', 'email'].map(
      (name) => variables[name] ?? '?',
    );
    for (const fact of [...facts, 'Maya Lindqvist', 'Designing calm software', '75000 Paris']) {
      expect(printed).toContain(fact);
      expect(text).toContain(fact);
    }
  });

  test('has a calm subject and a short preheader', async () => {
    const { subject, variables } = await mail();
    expect(subject).toContain('Designing calm software');
    expect(subject).not.toMatch(/!|\p{Lu}{2,}/u);
    expect(variables.preheader?.length).toBeLessThan(90);
  });

  test('leaves out the rows that the event has no words for', async () => {
    const { html, text } = await mail({ event: { hostName: null } });
    expect(html.match(/<td width="80"/g)).toHaveLength(2);
    expect(text).not.toContain('Maya');
  });

  test('stays small: 30 KB, and 80 KB at the very longest', async () => {
    const { html } = await mail();
    expect(Buffer.byteLength(html)).toBeLessThan(30_000);
    const longest = await sampleMail(kind, { ...LONGEST, registrant: { ...LONGEST.registrant, locale } });
    expect(Buffer.byteLength(longest.html)).toBeLessThan(80_000);
    expect(longest.variables.preheader?.length).toBeLessThan(90);
  });
});

test('subjects are those of the standard', async () => {
  const subjects = async (locale: string) => {
    const mails = await Promise.all(KINDS.map((kind) => sampleMail(kind, { registrant: { locale } })));
    return mails.map(({ subject }) => subject);
  };
  expect(await subjects('en')).toEqual([
    "You're in: Designing calm software, Fri 15 Jan",
    'Your link to Designing calm software',
    'Your link to Designing calm software',
  ]);
  expect(await subjects('fr')).toEqual([
    "C'est noté\u00a0: Designing calm software, ven. 15 janv.",
    'Votre lien pour Designing calm software',
    'Votre lien pour Designing calm software',
  ]);
});

test('only the confirmation carries a calendar file', async () => {
  const mails = await Promise.all(KINDS.map((kind) => sampleMail(kind)));
  expect(mails.map(({ calendar }) => calendar?.includes('METHOD:PUBLISH') ?? false)).toEqual([
    true,
    false,
    false,
  ]);
});

test('an event’s logo and colour are ignored where they are none', async () => {
  const { html } = await sampleMail('confirmation', {
    event: { logoUrl: 'javascript:alert(1)', color: '#fff;}</style><script>' },
  });
  expect(html).not.toMatch(/<img|javascript:|<script/);
});
