import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileTemplate } from '../../../emails/engine/compile.ts';
import { eventContent, siteContent } from '../../../emails/engine/content.ts';
import { merge } from '../../../emails/engine/merge.ts';
import { renderMail } from '../../../emails/engine/render.ts';
import type { SiteVariableName } from '../../../emails/engine/site-values.ts';
import type { VariableName } from '../../../emails/engine/values.ts';
import { isSiteMailKind, mails, siteMails } from '../../../emails/index.ts';
import type { EventMailKind, MailEvent } from '../../../emails/mail.ts';
import { CODE_VARIABLES } from '../../../emails/parts/details.tsx';
import { SAMPLE_EVENT, sampleEvent } from '../../../emails/samples.ts';
import { foldCalendar } from '../../../src/domain/calendar.ts';
import { LANGUAGES, type Language } from '../../../src/domain/locale.ts';
import { singleLine } from '../../../src/lib/clean-text.ts';
import { hostileText } from '../hostile.ts';
import { EVENT_KINDS, isSiteMail, MAILS, type MailName, SITE_MAILS } from '../sample-mail.ts';

const HOSTILE_PICTURE = 'https://cdn.example/a.png?{{x}}="<&';
const hostileEvent = fc.record({
  title: hostileText,
  description: hostileText,
  fromName: fc.option(hostileText),
  keyStyle: fc.constantFrom('hex', 'digits'),
  hostName: fc.option(hostileText),
  replyTo: fc.constantFrom(null, 'host@example.com'),
  color: fc.constantFrom(null, '#ffffff', '#000000', 'red;}</style>', '{{color}}'),
  logoUrl: fc.constantFrom(null, HOSTILE_PICTURE, 'javascript:alert(1)', '{{logo}}'),
  coverUrl: fc.constantFrom(null, HOSTILE_PICTURE, '{{cover}}'),
  hostPictureUrl: fc.constantFrom(null, HOSTILE_PICTURE),
});

/** A value for every variable of a mail; straight into the merge, without the cleaning that comes before it. */
const hostileValues = (name: MailName) =>
  fc.record(
    Object.fromEntries(variablesOf(name).map((variable) => [variable, hostileText])),
  ) as fc.Arbitrary<Values>;

type Values = Record<VariableName | SiteVariableName, string>;

function variablesOf(name: MailName): readonly string[] {
  return isSiteMail(name) ? siteMails[name].variables : mails[name].variables;
}

interface Input {
  readonly language: Language;
  readonly event: Partial<MailEvent>;
  readonly postalAddress: string;
}

const compile = (name: MailName, { event, ...input }: Input) =>
  compileTemplate(
    isSiteMail(name)
      ? { site: name, ...input }
      : { kind: name, event: { ...sampleEvent(name), ...event }, ...input },
  );

/** What React prints of the same mail. */
const render = (name: MailName, { event, ...input }: Input, values: Values) =>
  isSiteMail(name)
    ? renderMail(siteMails[name], { content: siteContent(input), values })
    : renderMail(mails[name], {
        content: eventContent({ ...input, event: { ...sampleEvent(name), ...event } }),
        values,
      });

/** What the sample event has no use for. */
const SOMETIMES: readonly string[] = CODE_VARIABLES;

describe.each(MAILS)('a compiled %s', (name) => {
  test('merges to what React would have rendered, whatever the event and the recipient are called', async () => {
    await fc.assert(
      fc.asyncProperty(
        hostileEvent,
        hostileValues(name),
        hostileText,
        fc.constantFrom(...LANGUAGES),
        async (event, values, postalAddress, language) => {
          const input = { language, event, postalAddress };
          const direct = await render(name, input, atTheGate(values));
          const merged = merge(await compile(name, input), atTheGate(values));
          expect(merged).toEqual({
            ...direct,
            subject: singleLine(direct.subject),
            calendar: direct.calendar && foldCalendar(direct.calendar),
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  test('has the same hash for the same words, and another for others', async () => {
    const [first, again, other, french] = await Promise.all([
      compile(name, { language: 'en', event: {}, postalAddress: 'Street 1' }),
      compile(name, { language: 'en', event: {}, postalAddress: 'Street 1' }),
      compile(name, { language: 'en', event: { title: 'New' }, postalAddress: 'Street 2' }),
      compile(name, { language: 'fr', event: {}, postalAddress: 'Street 1' }),
    ]);
    expect(first).toEqual(again);
    expect(first.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set([first.hash, other.hash, french.hash])).toHaveLength(3);
  });

  test('holds no value of anyone', async () => {
    const template = await compile(name, { language: 'en', event: {}, postalAddress: '' });
    expect(JSON.stringify(template)).not.toMatch(/zq\d+x/);
    const always = variablesOf(name).filter((variable) => !SOMETIMES.includes(variable));
    for (const variable of always)
      expect(JSON.stringify(template)).toMatch(new RegExp(`\\{\\{(\\[json:)?${variable}\\]?\\}\\}`));
  });
});

test('an event may be called what a mail of ours may never say', async () => {
  const event = { ...SAMPLE_EVENT, title: 'Why null and undefined are NaN' };
  await expect(
    compileTemplate({ kind: 'confirmation', language: 'en', event, postalAddress: '' }),
  ).resolves.toBeTruthy();
});

test('a cancellation is of an event that was cancelled, or its calendar file would put it back', async () => {
  const compiled = compileTemplate({
    kind: 'event_cancelled',
    language: 'en',
    event: SAMPLE_EVENT,
    postalAddress: '',
  });
  await expect(compiled).rejects.toThrow('cancelledAt');
});

test('a mail to the team says nothing of an event that is named beside it', async () => {
  const site = { site: 'sign_in', language: 'en', postalAddress: '' } as const;
  const besideIt = { ...site, event: SAMPLE_EVENT };
  expect(await compileTemplate(besideIt)).toEqual(await compileTemplate(site));
});

test('a mail to the team is of its kind, and no template is had for that kind alone', async () => {
  const kinds = SITE_MAILS.map(async (site) => (await compile(site, PLAIN)).kind);
  expect(await Promise.all(kinds)).toEqual([
    'sign_in',
    'invitation',
    'registrants_export',
    'registrants_export',
    'registrants_export',
    'retention_notice',
    'alert',
    'digest',
    'digest',
  ]);
  for (const kind of ['sign_in', 'registrants_export'] as const) {
    expect(isSiteMailKind(kind)).toBe(true);
    const asAnEvents = { kind: kind as string as EventMailKind, event: SAMPLE_EVENT };
    await expect(compileTemplate({ ...PLAIN, ...asAnEvents })).rejects.toThrow('by its name');
  }
  expect(EVENT_KINDS.filter(isSiteMailKind)).toEqual([]);
});

const PLAIN = { language: 'en', event: {}, postalAddress: '' } as const;

/**
 * Values as `values.ts` lets them out, which cleans away what cannot be compared: React drops NUL and cannot print
 * half a surrogate pair, a calendar writes CR LF as one line end. Only the host's clocks are ever empty.
 */
function atTheGate(values: Values): Values {
  const entries = Object.entries(values).map(([name, value]) => {
    const written = value.toWellFormed().replaceAll(/[\0\r]/g, '');
    return [name, written || (/hostTime$/i.test(name) ? '' : 'x')];
  });
  return Object.fromEntries(entries) as Values;
}
