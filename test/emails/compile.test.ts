import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { singleLine } from '../../emails/clean.ts';
import { compileTemplate } from '../../emails/compile.ts';
import { eventContent } from '../../emails/content.ts';
import { mails } from '../../emails/index.ts';
import type { MailKind } from '../../emails/mail.ts';
import { merge } from '../../emails/merge.ts';
import { renderMail } from '../../emails/render.ts';
import { SAMPLE_EVENT } from '../../emails/samples.ts';
import type { VariableName } from '../../emails/values.ts';
import { foldCalendar } from '../../src/domain/calendar.ts';
import { LANGUAGES } from '../../src/domain/locale.ts';
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
  fc.record(Object.fromEntries(mails[kind].variables.map((name) => [name, hostileText]))) as fc.Arbitrary<
    Record<VariableName, string>
  >;

describe.each(KINDS)('a compiled %s', (kind) => {
  test('merges to what React would have rendered, whatever the event and the recipient are called', async () => {
    await fc.assert(
      fc.asyncProperty(
        hostileEvent,
        hostileValues(kind),
        hostileText,
        fc.constantFrom(...LANGUAGES),
        async (changes, values, postalAddress, language) => {
          const input = { language, event: { ...SAMPLE_EVENT, ...changes }, postalAddress };
          const direct = await renderMail(mails[kind], {
            content: eventContent(input),
            values: atTheGate(values),
          });
          const merged = merge(await compileTemplate({ kind, ...input }), atTheGate(values));
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
    const compile = (changes: object) =>
      compileTemplate({
        kind,
        language: 'en',
        event: { ...SAMPLE_EVENT, ...changes },
        postalAddress: 'Street 1',
      });
    const [first, again, other] = await Promise.all([compile({}), compile({}), compile({ title: 'New' })]);
    expect(first).toEqual(again);
    expect(first?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(other?.hash).not.toBe(first?.hash);
  });

  test('holds no value of anyone', async () => {
    const template = await compileTemplate({ kind, language: 'en', event: SAMPLE_EVENT, postalAddress: '' });
    expect(JSON.stringify(template)).not.toMatch(/zq\d+x/);
    for (const name of mails[kind].variables) expect(JSON.stringify(template)).toContain(`{{${name}}}`);
  });
});

test('an event may be called what a mail of ours may never say', async () => {
  const event = { ...SAMPLE_EVENT, title: 'Why null and undefined are NaN' };
  await expect(
    compileTemplate({ kind: 'confirmation', language: 'en', event, postalAddress: '' }),
  ).resolves.toBeTruthy();
});

/**
 * Values as `values.ts` lets them out, which cleans away what cannot be compared: React drops NUL and cannot print
 * half a surrogate pair, a calendar writes CR LF as one line end. Only `hostTime` is ever empty.
 */
function atTheGate(values: Record<VariableName, string>): Record<VariableName, string> {
  const entries = Object.entries(values).map(([name, value]) => {
    const written = value.toWellFormed().replaceAll(/[\0\r]/g, '');
    return [name, written || (name === 'hostTime' ? '' : 'x')];
  });
  return Object.fromEntries(entries) as Record<VariableName, string>;
}
