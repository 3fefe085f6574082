import { describe, expect, test } from 'vitest';
import { type MergeSource, merge } from '../../../emails/engine/merge.ts';
import { sampleMail } from '../sample-mail.ts';

let hashes = 0;
const source = (parts: Partial<MergeSource>): MergeSource => ({
  hash: `test-${hashes++}`,
  subject: '',
  html: '',
  text: '',
  calendar: null,
  ...parts,
});

describe('merge', () => {
  test('escapes in HTML as React does, and nowhere else', () => {
    const merged = merge(source({ subject: '{{x}}', html: '<a href="{{x}}">{{x}}</a>', text: '{{x}}' }), {
      x: `"O'Neil" <b>&=\`{{y}}`,
    });
    expect(merged.html).toBe(
      '<a href="&quot;O&#x27;Neil&quot; &lt;b&gt;&amp;=`{{y}}">&quot;O&#x27;Neil&quot; &lt;b&gt;&amp;=`{{y}}</a>',
    );
    expect(merged.text).toBe(`"O'Neil" <b>&=\`{{y}}`);
    expect(merged.subject).toBe(`"O'Neil" <b>&=\`{{y}}`);
  });

  test('lets no line break or control character into a subject', () => {
    const { subject } = merge(source({ subject: 'Your link to {{x}}' }), {
      x: 'tea\r\nBcc: all@example.com\u0000\u2028\u0085\u202egnp.exe',
    });
    expect(subject).toBe('Your link to tea Bcc: all@example.com gnp.exe');
  });

  test('fails rather than leave a gap', () => {
    expect(() => merge(source({ html: '{{greeting}}' }), {})).toThrow('greeting');
    expect(() => merge(source({ text: '{{greeting}}' }), { other: 'x' })).toThrow('greeting');
    const nothing: Record<string, string> = JSON.parse('{"greeting":null}');
    expect(() => merge(source({ html: '{{greeting}}' }), nothing)).toThrow('greeting');
  });

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'reconciliation', 'log', 'if'])(
    'reaches nothing through {{%s}}',
    (name) => {
      expect(() => merge(source({ html: `{{${name}}}` }), { greeting: 'Hi' })).toThrow();
    },
  );

  test('parses a template once a hash', () => {
    const first = source({ text: 'one {{x}}' });
    expect(merge(first, { x: '1' }).text).toBe('one 1');
    // The same hash promises the same content, so a second source is not even looked at.
    expect(merge({ ...first, text: 'two {{x}}' }, { x: '2' }).text).toBe('one 2');
  });

  test('folds calendar lines at 75 octets without cutting a character', () => {
    const { calendar } = merge(source({ calendar: 'BEGIN:VCALENDAR\r\nSUMMARY:{{x}}\r\n' }), {
      x: `${'é'.repeat(40)}😀, ${'語'.repeat(60)}; \\`,
    });
    const lines = calendar?.split('\r\n') ?? [];
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.every((line) => Buffer.byteLength(line) <= 75 && line.isWellFormed())).toBe(true);
    expect(calendar?.replaceAll('\r\n ', '')).toContain(`😀\\, ${'語'.repeat(60)}\\; \\\\`);
  });

  test('gives the same mail from what was stored, byte for byte', async () => {
    const { template, variables, subject, html, text, calendar } = await sampleMail('confirmation');
    const stored = JSON.parse(JSON.stringify({ template: { ...template, hash: 'read back' }, variables }));
    expect(merge(stored.template, stored.variables)).toEqual({ subject, html, text, calendar });
  });
});
