import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { singleLine } from '../../emails/clean.ts';
import { compileTemplate } from '../../emails/compile.ts';
import { eventContent, siteContent } from '../../emails/content.ts';
import { isSiteMailKind, mails, siteMails } from '../../emails/index.ts';
import type { MailEvent, MailKind } from '../../emails/mail.ts';
import { merge } from '../../emails/merge.ts';
import { renderMail } from '../../emails/render.ts';
import { SAMPLE_EVENT, sampleEvent } from '../../emails/samples.ts';
import type { SiteVariableName } from '../../emails/site-values.ts';
import type { VariableName } from '../../emails/values.ts';
import { foldCalendar } from '../../src/domain/calendar.ts';
import { LANGUAGES, type Language } from '../../src/domain/locale.ts';
import { hostileText } from './hostile.ts';
import { KINDS } from './sample-mail.ts';

const hostileEvent = fc.record({
  title: hostileText,
  description: hostileText,
  hostName: fc.option(hostileText),
  replyTo: fc.constantFrom(null, 'host@example.com'),
  color: fc.constantFrom(null, '#ffffff', '#000000', 'red;}</style>', '{{color}}'),
  logoUrl: fc.constantFrom(null, 'https://cdn.example/a.png?{{x}}="<&', 'javascript:alert(1)', '{{logo}}'),
});

/** A value for every variable of a kind; straight into the merge, without the cleaning that comes before it. */
const hostileValues = (kind: MailKind) =>
  fc.record(Object.fromEntries(variablesOf(kind).map((name) => [name, hostileText]))) as fc.Arbitrary<Values>;

type Values = Record<VariableName | SiteVariableName, string>;

function variablesOf(kind: MailKind): readonly string[] {
  return isSiteMailKind(kind) ? siteMails[kind].variables : mails[kind].variables;
}

interface Input {
  readonly language: Language;
  readonly event: Partial<MailEvent>;
  readonly postalAddress: string;
}

const compile = (kind: MailKind, { event, ...input }: Input) =>
  compileTemplate(
    isSiteMailKind(kind) ? { kind, ...input } : { kind, event: { ...sampleEvent(kind), ...event }, ...input },
  );

/** What React prints of the same mail. */
const render = (kind: MailKind, { event, ...input }: Input, values: Values) =>
  isSiteMailKind(kind)
    ? renderMail(siteMails[kind], { content: siteContent(input), values })
    : renderMail(mails[kind], {
        content: eventContent({ ...input, event: { ...sampleEvent(kind), ...event } }),
        values,
      });

describe.each(KINDS)('a compiled %s', (kind) => {
  test('merges to what React would have rendered, whatever the event and the recipient are called', async () => {
    await fc.assert(
      fc.asyncProperty(
        hostileEvent,
        hostileValues(kind),
        hostileText,
        fc.constantFrom(...LANGUAGES),
        async (event, values, postalAddress, language) => {
          const input = { language, event, postalAddress };
          const direct = await render(kind, input, atTheGate(values));
          const merged = merge(await compile(kind, input), atTheGate(values));
          expect(merged).toEqual({
            ...direct,
            subject: singleLine(direct.subject),
            calendar: direct.calendar && foldCalendar(direct.calendar),
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  test('has the same hash for the same words, and another for others', async () => {
    const [first, again, other, french] = await Promise.all([
      compile(kind, { language: 'en', event: {}, postalAddress: 'Street 1' }),
      compile(kind, { language: 'en', event: {}, postalAddress: 'Street 1' }),
      compile(kind, { language: 'en', event: { title: 'New' }, postalAddress: 'Street 2' }),
      compile(kind, { language: 'fr', event: {}, postalAddress: 'Street 1' }),
    ]);
    expect(first).toEqual(again);
    expect(first.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set([first.hash, other.hash, french.hash])).toHaveLength(3);
  });

  test('holds no value of anyone', async () => {
    const template = await compile(kind, { language: 'en', event: {}, postalAddress: '' });
    expect(JSON.stringify(template)).not.toMatch(/zq\d+x/);
    for (const name of variablesOf(kind)) expect(JSON.stringify(template)).toContain(`{{${name}}}`);
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
  const site = { kind: 'sign_in', language: 'en', postalAddress: '' } as const;
  expect(await compileTemplate({ ...site, event: SAMPLE_EVENT })).toEqual(await compileTemplate(site));
});

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
