import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileTemplate } from '../../../emails/engine/compile.ts';
import { merge } from '../../../emails/engine/merge.ts';
import type { MailRegistrant } from '../../../emails/engine/values.ts';
import { recipientVariables } from '../../../emails/engine/variables.ts';
import {
  CUSTOM_TEXT_VARIABLES,
  checkCustomText,
  LONGEST_SUBJECT,
  wordVariables,
} from '../../../emails/overrides/check-custom-text.ts';
import { SAMPLE_ABOUT, SAMPLE_REGISTRANT, sampleEvent } from '../../../emails/samples.ts';
import { type CustomText, LONGEST_CUSTOM_TEXT } from '../../../src/domain/custom-text.ts';
import { CUSTOMISABLE_KINDS, type CustomisableKind } from '../../../src/domain/kinds.ts';
import { anyText } from '../../support/any-text.ts';
import { hostileText } from '../hostile.ts';
import { POSTAL_ADDRESS, PUBLIC_URL } from '../sample-mail.ts';

const OURS: CustomText = { subject: null, introduction: null, signature: null };

interface Changes {
  readonly registrant?: Partial<MailRegistrant>;
  readonly event?: {
    readonly title?: string;
    readonly hostName?: string | null;
    readonly replyTo?: string | null;
  };
}

/** A mail as it goes out, in the team's own words. */
async function ownMail(
  kind: CustomisableKind,
  words: Partial<CustomText>,
  { registrant = {}, event = {} }: Changes = {},
) {
  const input = { event: { ...sampleEvent(kind), ...event }, words: { ...OURS, ...words } };
  const template = await compileTemplate({ kind, language: 'en', postalAddress: POSTAL_ADDRESS, ...input });
  const variables = recipientVariables(kind, {
    ...input,
    registrant: { ...SAMPLE_REGISTRANT, ...registrant },
    publicUrl: PUBLIC_URL,
    about: SAMPLE_ABOUT,
  });
  return { template, variables, ...merge(template, variables) };
}

const messages = (words: Partial<CustomText>, kind: CustomisableKind = 'confirmation') =>
  checkCustomText(kind, { ...OURS, ...words }).map(({ path, message }) => `${path}: ${message}`);

/** What a reader sees of HTML, spaces aside. */
function seen(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&#(?:x27|39);/g, "'")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

describe('words that cannot be sent', () => {
  test.each([
    ['{{first_name}}', 'Line 1, column 3: There is no variable “first_name”. Did you mean {{firstName}}?'],
    ['{{frstName}}', 'Line 1, column 3: There is no variable “frstName”. Did you mean {{firstName}}?'],
    ['Hi,\n  {{link}}', 'Line 2, column 5: There is no variable “link”. Did you mean {{accessLink}}?'],
    ['Hi,\r\n\r\n{{wand}}', 'Line 3, column 3: There is no variable “wand”. There are: firstName,'],
    ['{{startsIn}}', 'Line 1, column 3: {{startsIn}} says nothing in this kind of mail.'],
    ['{{constructor}}', 'There is no variable “constructor”'],
    ['{{__proto__}}', 'There is no variable “__proto__”'],
    ['{{literalOpen}}', 'There is no variable “literalOpen”'],
    ['{{registrant.firstName}}', 'There is no variable “registrant.firstName”. Did you mean {{firstName}}?'],
    ['{{this.firstName}}', 'There is no variable “this.firstName”. Did you mean {{firstName}}?'],
    ['{{this}}', 'There is no variable “this”'],
    ['{{../firstName}}', 'There is no variable “../firstName”'],
    ['{{@root.firstName}}', 'There is no variable “@root.firstName”'],
    ['{{"firstName"}}', 'There is no variable'],
    ['{{first name}}', 'is not one variable'],
    ['{{lookup this "x"}}', 'is not one variable'],
    ['{{firstName x=1}}', 'is not one variable'],
    ['{{if firstName}}', 'A condition opens with {{#if …}}'],
    ['{{{firstName}}}', 'Write {{firstName}}, with two braces'],
    ['{{& firstName}}', 'Write {{firstName}}, with two braces'],
    ['{firstName}', 'Line 1, column 1: Braces stand around variables'],
    ['{{firstName}}}', 'Braces stand around variables'],
    ['\\{{firstName}}', 'Line 1, column 2: Braces stand around variables'],
    ['{{#each people}}a{{/each}}', '“{{#each people}}” cannot be used'],
    ['{{#firstName}}a{{/firstName}}', '“{{#firstName}}” cannot be used'],
    ['{{^firstName}}a{{/firstName}}', '“{{^firstName}}” cannot be used'],
    ['{{#if firstName}}a{{else with email}}b{{/if}}', '“{{else with email}}” cannot be used'],
    ['{{> footer}}', '“{{> footer}}” cannot be used'],
    ['{{#> footer}}a{{/footer}}', 'cannot be used'],
    ['{{* decorate}}', 'cannot be used'],
    ['{{#*inline "x"}}a{{/inline}}', 'cannot be used'],
    ['{{{{raw}}}}a{{{{/raw}}}}', 'cannot be used'],
    ['{{{{if firstName}}}}a{{{{/if}}}}', 'cannot be used'],
    ['{{#if firstName as |x|}}a{{/if}}', 'cannot be used'],
    ['{{#if firstName lastName}}a{{/if}}', 'takes the name of one variable'],
    ['{{#if firstName includeZero=true}}a{{/if}}', 'takes the name of one variable'],
    ['{{#if (eq firstName "a")}}a{{/if}}', 'takes the name of one variable'],
    ['{{#if}}a{{/if}}', 'takes the name of one variable'],
    [
      '{{#if firstname}}a{{/if}}',
      'Line 1, column 7: There is no variable “firstname”. Did you mean {{firstName}}?',
    ],
    ['a\n{{#if firstName}}b', 'Line 2, column 1: {{#if …}} is not closed: write {{/if}} where it ends.'],
    ['{{#if email}}a{{/unless}}', 'Line 1, column 15: “{{/unless}}” closes {{#if …}} of line 1, column 1'],
    ['a {{/if}}', 'Line 1, column 3: “{{/if}}” closes nothing.'],
    ['{{else}}', 'stands outside of a condition'],
    ['Hi {{firstName', 'Line 1, column 4: “{{firstName” is not closed'],
    ['{{first,name}}', 'is neither a variable nor a condition'],
    ['{{}}', 'is neither a variable nor a condition'],
    [`${'{{#if email}}'.repeat(9)}${'{{/if}}'.repeat(9)}`, 'Conditions may stand within each other 8 deep'],
    ['See https://x', 'Line 1, column 5: Mail programs would make a link of “https://x”.'],
    ['Write to maya@studio.example', 'would make a link of “maya@studio.example”'],
    ['One line,\nthen www.evil', 'Line 2, column 6: Mail programs would make a link of “www.evil”'],
    ['www.{{lastName}}', 'would make a link'],
    ['{{firstName}}.com', 'would make a link'],
    ['{{firstName}}.{{lastName}}', 'would make a link of “X.X”'],
    ['{{firstName}}。{{lastName}}', 'would make a link'],
    ['{{firstName}}@{{lastName}}', 'would make a link'],
    ['evil.{{lastName}}', 'would make a link'],
    ['evil.{{#if lastName}}{{lastName}}{{/if}}', 'would make a link'],
    ['Gratis-Geld.Com/win', 'would make a link'],
    ['выиграй.рф', 'would make a link of “выиграй.рф”'],
    ['evil。com', 'would make a link of “evil。com”'],
    ['see 2001:db8::1', 'would make a link'],
    ['e{{! hidden }}vil{{#if lastName}}.com{{/if}}', 'would make a link of “evil.com”'],
    ['evil{{#unless hostName}}.com{{/unless}}', 'would make a link of “evil.com”'],
    ['10.0.0.1/x', 'would make a link'],
    ['a\u0000b', 'Line 1, column 2: There is an invisible control character here (U+0000)'],
    ['a\u202eb', '(U+202E)'],
    ['a\ud800', '(U+D800)'],
    ['x'.repeat(LONGEST_CUSTOM_TEXT + 1), 'There are 10,001 characters; at most 10,000 are sent.'],
    ['漢'.repeat(LONGEST_CUSTOM_TEXT), 'so large that mail programs cut it off'],
    ['{{eventTitle}}'.repeat(100), 'so large that mail programs cut it off'],
  ])('%j: %s', (source, message) => {
    const found = messages({ introduction: source });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
    expect(messages({ signature: source })).toHaveLength(1);
  });

  test.each([
    ['', 'says nothing.'],
    [' \u200b ', 'says nothing.'],
    ['{{firstName}}', 'says nothing where firstName is empty'],
    ['{{#if hostName}}With {{hostName}}{{/if}}', 'says nothing where hostName is empty'],
    ['{{#unless firstName}}x{{/unless}}{{lastName}}', 'says nothing where lastName is empty'],
    ['One\ntwo', 'Line 1, column 4: A subject is one line'],
    ['Your link: {{accessLink}}', 'The access link cannot stand in a subject'],
    ['x'.repeat(LONGEST_SUBJECT + 1), 'at most 250 are sent'],
  ])('as a subject, %j: %s', (subject, message) => {
    const found = messages({ subject });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  test('are listed one by one, each with its field', () => {
    expect(messages({ subject: '{{a}}', introduction: '{{bb}} and {{cc}}', signature: 'www.x' })).toEqual([
      expect.stringMatching(/^subject: Line 1, column 3: .*“a”/),
      expect.stringMatching(/^introduction: Line 1, column 3: .*“bb”/),
      expect.stringMatching(/^introduction: Line 1, column 14: .*“cc”/),
      expect.stringMatching(/^signature: Line 1, column 1: .*“www.x”/),
    ]);
    expect(messages({ introduction: '{{a}}'.repeat(2_000) })).toHaveLength(20);
  });

  test('a cancelled event has no link to offer', () => {
    expect(messages({ introduction: '{{accessLink}}' }, 'event_cancelled')[0]).toContain('says nothing');
    expect(wordVariables('event_cancelled')).not.toContain('accessLink');
  });

  test('cannot be compiled either, should they get past the check', async () => {
    const compiled = ownMail('confirmation', { introduction: '{{wand}}' });
    await expect(compiled).rejects.toThrow('wand');
  });
});

describe('words that can be sent', () => {
  test.each([
    '',
    'Plain words, {lots} of them'.replace(/[{}]/g, ''),
    'Tom & Jerry <b> "quoted" \\ back\\slash',
    'We build with Node.js, e.g. servers; see agenda.pdf. z.B. so. 15.01.2027, 12.30',
    '{{#if firstName}}Dear {{firstName}},{{else}}Hello,{{/if}}',
    '{{#if firstName}}a{{else if lastName}}b{{else}}c{{/if}}',
    '{{^if firstName}}a{{/if}}',
    '{{#unless hostName~}} a {{~/unless}}',
    '{{! for us }}{{!-- {{x}} --}}a',
    '{{[firstName]}} {{ lastName }}',
    // Nobody ever reads what follows: an event has a title.
    '{{#unless eventTitle}}evil.com{{/unless}}',
    'مرحبا، 日本語 😀',
    'x'.repeat(LONGEST_CUSTOM_TEXT),
  ])('%j', async (introduction) => {
    expect(messages({ introduction })).toEqual([]);
    await expect(ownMail('confirmation', { introduction })).resolves.toBeTruthy();
  });

  test.each(CUSTOMISABLE_KINDS)('of a %s stand in both parts, in place of ours', async (kind) => {
    const names = wordVariables(kind).filter((name) => name !== 'accessLink');
    const ours = await ownMail(kind, {});
    const own = await ownMail(kind, {
      subject: 'About {{eventTitle}}',
      introduction: `First line\nsecond: ${names.map((name) => `{{${name}}}`).join(' | ')}`,
      signature: 'See you,\n{{hostName}} & team',
    });
    expect(own.subject).toBe('About Designing calm software');
    const said = names.map((name) => own.variables[name]).join(' | ');
    expect(own.text).toContain(`First line\nsecond: ${said}\n\n`);
    expect(own.text).toContain('\n\nSee you,\nMaya Lindqvist & team\n\n--\n');
    expect(own.html).toContain('First line<br/>\r\nsecond: Ada');
    expect(seen(own.html)).toContain(`First line second: ${said}`);
    expect(own.html).toContain('See you,<br/>\r\nMaya Lindqvist &amp; team');
    const intro = ours.text.split('\n\n')[1] ?? '?';
    expect(own.text).not.toContain(intro);
    expect(seen(own.html)).not.toContain(intro);
    expect(own.calendar).toBe(ours.calendar);
    for (const part of [own.subject, own.html, own.text]) {
      expect(part).not.toMatch(/undefined|null|NaN|\[object|\{\{|\}\}(?!<\/style>)|zq\d+x/);
    }
  });

  test('decide by whether there is a name', async () => {
    const words = {
      subject: '{{#if firstName}}{{firstName}}, see you{{else}}See you{{/if}} at {{eventTitle}}',
      introduction:
        '{{#if firstName}}\nDear {{firstName}},\n{{else}}\nDear guest,\n{{/if}}\nwelcome{{#unless lastName}} you{{/unless}}.',
    };
    const named = await ownMail('access_link', words);
    expect(named.subject).toBe('Ada, see you at Designing calm software');
    expect(named.text).toMatch(/^Dear Ada,\nwelcome\.\n\n/);
    expect(named.html).toContain('Dear Ada,<br/>\r\nwelcome.');
    const nameless = await ownMail('access_link', words, { registrant: { firstName: ' ', lastName: '' } });
    expect(nameless.template).toEqual(named.template);
    expect(nameless.subject).toBe('See you at Designing calm software');
    expect(nameless.text).toMatch(/^Dear guest,\nwelcome you\.\n\n/);
    expect(nameless.html).toContain('Dear guest,<br/>\r\nwelcome you.');
  });

  test('that greet by name are not greeted over; others are', async () => {
    expect((await ownMail('reminder', { introduction: 'Dear {{firstName}}, soon!' })).text).not.toContain(
      'Hi Ada',
    );
    expect((await ownMail('reminder', { introduction: 'It starts soon.' })).text).toMatch(
      /^Hi Ada,\n\nIt starts/,
    );
  });

  test('may offer the access link: to click in HTML, with nothing attached to it in text', async () => {
    const { html, text, variables } = await ownMail('confirmation', {
      introduction: 'Go:{{accessLink}}, now',
    });
    expect(text).toContain(`Go:${variables.accessLink} , now`);
    const escaped = variables.accessLink?.replaceAll('&', '&amp;');
    expect(html.split('Go:')[1]).toMatch(/^<a\s+href="[^"]*"[^>]*>[^<]*<\/a>, now/);
    expect(
      html
        .split('Go:')[1]
        ?.split('now')[0]
        ?.split(escaped ?? '?'),
    ).toHaveLength(3);
  });

  test('keep their direction in a mail that runs the other way', async () => {
    const words = { ...OURS, introduction: 'Welcome, {{firstName}}.' };
    const arabic = {
      kind: 'reminder',
      language: 'ar',
      event: sampleEvent('reminder'),
      postalAddress: '',
    } as const;
    expect((await compileTemplate({ ...arabic, words })).html).toMatch(
      /<div dir="ltr" class="ink"\s+style="[^"]*text-align:left/,
    );
    expect((await ownMail('reminder', words)).html).not.toContain('<div dir="ltr" class="ink"');
  });

  test('bring along only the variables that they use', async () => {
    const without = await ownMail('confirmation', {});
    const own = await ownMail('confirmation', { signature: '{{#if lastName}}Yours{{/if}}' });
    const added = Object.keys(own.variables).filter((name) => !(name in without.variables));
    expect(added).toEqual(['lastName']);
    for (const name of CUSTOM_TEXT_VARIABLES.filter(
      (known) => known !== 'lastName' && !(known in without.variables),
    ))
      expect(own.variables).not.toHaveProperty(name);
  });

  test('stay small at their very longest', async () => {
    const changes = {
      registrant: {
        firstName: '&'.repeat(10_000),
        lastName: '漢'.repeat(200),
        email: `${'a'.repeat(64)}@${'b'.repeat(180)}.example`,
      },
      event: { title: '漢'.repeat(200), hostName: '漢'.repeat(200) },
    };
    for (const [introduction, signature] of [
      ['漢 '.repeat(2_700), '漢 '.repeat(2_700)],
      ['\n"'.repeat(2_000), "'&".repeat(2_000)],
      ['{{accessLink}} '.repeat(20), '{{eventTitle}} {{hostName}}'.repeat(8)],
      ['{{firstName}}{{lastName}}'.repeat(48), ''],
    ] as const) {
      expect(messages({ introduction, signature })).toEqual([]);
      const { html } = await ownMail('confirmation', { introduction, signature }, changes);
      expect(Buffer.byteLength(html)).toBeLessThan(80_000);
    }
  });
});

test.each(CUSTOMISABLE_KINDS)('without words a %s is what it always was', async (kind) => {
  const input = { kind, language: 'en', event: sampleEvent(kind), postalAddress: POSTAL_ADDRESS } as const;
  const plain = await compileTemplate(input);
  for (const words of [undefined, null, OURS])
    expect(await compileTemplate({ ...input, words })).toEqual(plain);
  expect((await compileTemplate({ ...input, words: { ...OURS, signature: 'Bye' } })).hash).not.toBe(
    plain.hash,
  );
});

/** Text that a team may write, as nasty as that can be. */
const literal = hostileText.map((text) =>
  text
    .toWellFormed()
    .replace(/[{}\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[./:\\@]/g, '-'),
);

interface Written {
  readonly source: string;
  readonly said: (variables: Readonly<Record<string, string>>) => string;
}

const NAMES = ['firstName', 'lastName', 'hostName', 'eventTitle', 'email'] as const;

const written: fc.Memo<Written> = fc.memo((depth) => {
  const text = literal.map((text): Written => ({ source: text, said: () => text }));
  const value = fc
    .constantFrom(...NAMES)
    .map((name): Written => ({ source: `{{${name}}}`, said: (variables) => variables[name] ?? '?' }));
  if (depth <= 1) return fc.oneof(text, value);
  const inside = fc.array(written(), { maxLength: 3 }).map(
    (parts): Written => ({
      source: parts.map(({ source }) => source).join(''),
      said: (variables) => parts.map(({ said }) => said(variables)).join(''),
    }),
  );
  const choice = fc.tuple(fc.constantFrom('if', 'unless'), fc.constantFrom(...NAMES), inside, inside).map(
    ([helper, name, yes, no]): Written => ({
      source: `{{#${helper} ${name}}}${yes.source}{{else}}${no.source}{{/${helper}}}`,
      said: (variables) => ((variables[name] !== '') === (helper === 'if') ? yes : no).said(variables),
    }),
  );
  return fc.oneof(text, value, choice, inside);
});

test('compiled and merged, words say what they would say read one by one, whatever people are called', async () => {
  const name = fc.oneof(fc.constant(''), hostileText);
  await fc.assert(
    fc.asyncProperty(
      written(3),
      name,
      name,
      name,
      hostileText,
      async (words, firstName, lastName, hostName, title) => {
        const source = `Begin ${words.source} end`;
        fc.pre(source.length <= LONGEST_SUBJECT && messages({ subject: source }).length === 0);
        const { subject, html, text, variables } = await ownMail(
          'access_link',
          { subject: source, introduction: source, signature: source },
          { registrant: { firstName, lastName }, event: { title: `T${title}`, hostName } },
        );
        const said = `Begin ${words.said(variables)} end`;
        expect(subject).toBe(said.replace(/[^\S\u00a0\u202f]+/g, ' '));
        expect(text.split(said)).toHaveLength(3);
        expect(seen(html).split(said.replace(/\s+/g, ' '))).toHaveLength(3);
      },
    ),
    { numRuns: 200 },
  );
});

const anything = fc.oneof(
  hostileText,
  anyText({ maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        '{{',
        '}}',
        '{{#if ',
        '{{#unless ',
        '{{/if}}',
        '{{else}}',
        '{{else if ',
        'firstName',
        'zone',
        '}}',
        '~',
        '^',
        '!',
        '--',
        '(',
        '|',
        '&',
        '>',
        ' ',
        '\n',
        'a',
        '.com',
        '"',
        '\\',
        '=',
      ),
      { maxLength: 14 },
    )
    .map((pieces) => pieces.join('')),
);

test('the check takes any text', () => {
  fc.assert(
    fc.property(anything, anything, anything, (subject, introduction, signature) => {
      for (const { path, message } of checkCustomText('reminder', { subject, introduction, signature })) {
        expect(path).toMatch(/^(?:subject|introduction|signature)$/);
        expect(message).toMatch(/^Line \d+, column \d+: ./);
      }
    }),
    { numRuns: 400 },
  );
});

test('what the check lets through is sent as it should be', async () => {
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(anything, fc.constantFrom(...CUSTOMISABLE_KINDS), async (source, kind) => {
      const words = { introduction: source, signature: source };
      if (messages(words, kind).length > 0) return;
      sent++;
      const { html, text, subject } = await ownMail(kind, words);
      for (const part of [html, text, subject]) {
        expect(part).not.toContain('{{');
        if (!/zq|undefined|null|NaN|object/.test(source))
          expect(part).not.toMatch(/zq\d+x|undefined|null|NaN|\[object/);
      }
      expect(html).toMatch(/^[\t\r\n\x20-\x7e]*$/);
      expect(html).not.toMatch(/<script(?! type="application\/ld\+json">)|<b>/);
    }),
    { numRuns: 500 },
  );
  expect(sent).toBeGreaterThan(20);
});
