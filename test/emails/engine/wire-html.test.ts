import { describe, expect, test } from 'vitest';
import { wireHtml, wireText } from '../../../emails/engine/wire-html.ts';
import { LANGUAGES } from '../../../src/domain/locale.ts';
import { MAILS, sampleMail } from '../sample-mail.ts';

const cases = MAILS.flatMap((name) => LANGUAGES.map((locale) => ({ name, locale })));

test.each(cases)('$name in $locale leaves as ASCII in short lines', async ({ name, locale }) => {
  const { html } = await sampleMail(name, {
    registrant: { locale, firstName: 'Зоя 💡', email: `${'a'.repeat(64)}@${'b'.repeat(100)}.example` },
    event: { title: 'Ünï “calm” 語', logoUrl: 'https://cdn.example/logo.png' },
  });
  expect(html).toMatch(/^[\r\n\x20-\x7e]*$/);
  expect(html).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
  for (const line of html.split('\r\n')) expect(line.length).toBeLessThan(998);
});

describe('wireText', () => {
  test.each([
    ['plain & <b>', 'plain & <b>'],
    ['é 語 💡', '&#233; &#35486; &#128161;'],
    ['a\nb\rc\r\nd', 'a\r\nb\r\nc\r\nd'],
    ['half of one: \ud800', 'half of one: &#65533;'],
    ['nothing\u0000 at\u0085 all', 'nothing at all'],
    ['\u200f\u202e', '&#8207;&#8238;'],
  ])('writes %j as %j', (text, written) => {
    expect(wireText(text)).toBe(written);
  });
});

test('lines end before attributes, never within what somebody wrote', () => {
  expect(wireHtml('<p class="a" style="b">x style=&quot;y&quot; href=</p>')).toBe(
    '<p class="a"\r\nstyle="b">x style=&quot;y&quot; href=</p>',
  );
});
