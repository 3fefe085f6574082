import fc from 'fast-check';
import { expect, it } from 'vitest';
import { doubleDots } from '../../../src/providers/smtp/content.ts';

it('dots at line starts are doubled, and nothing else is changed', () => {
  const line = fc.constantFrom('', '.', '..', 'Hi.', '.Hi', 'H.i', 'ä.');
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), (lines) => {
      const mail = lines.map((text) => `${text}\r\n`).join('');
      const doubled = lines.map((text) => `${text.startsWith('.') ? '.' : ''}${text}\r\n`).join('');
      expect(doubleDots(Buffer.from(mail)).toString()).toBe(doubled);
    }),
  );
});

it('a mail without such a dot is not copied', () => {
  const mail = Buffer.from('A: b\r\n\r\nHi. There\r\n');
  expect(doubleDots(mail)).toBe(mail);
});
