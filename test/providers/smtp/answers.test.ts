import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Answer, AnswerReader } from '../../../src/providers/smtp/answers.ts';

function read(...chunks: (string | Buffer)[]): Answer[] {
  const reader = new AnswerReader();
  return chunks.flatMap((chunk) => reader.push(Buffer.from(chunk)));
}

it('answers are read the same however they are cut', () => {
  const line = fc.constantFrom(
    '250 ok',
    '250',
    '250-first\r\n250-second\r\n250 third',
    '354 weiter mit ädä',
    '550-5.1.1 no\n550 5.1.1 such user',
    'garbage',
    '',
  );
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(400)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\r\n`).join(''));
      const at = [...new Set(cuts.filter((cut) => cut < bytes.length))].sort((a, b) => a - b);
      const pieces = [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length));
      expect(read(...pieces)).toEqual(read(bytes));
    }),
  );
});

it('an answer of several lines is one answer', () => {
  expect(read('250-a\r\n250-b\r\n250 c\r\n354 go\r\n')).toEqual([
    { code: 250, text: '250-a\n250-b\n250 c' },
    { code: 354, text: '354 go' },
  ]);
});

it('an answer whose lines disagree, and what has no number, is none', () => {
  const codes = (text: string) => read(`${text}\r\n`).map(({ code }) => code);
  expect(codes('250-a\r\n550 b')).toEqual([null]);
  for (const text of ['', 'ok', '25', '2500 x', '150 x', '650 x', ' 250 x'])
    expect(codes(text)).toEqual([null]);
  expect(codes('250-a\r\nand more\r\n250 b')).toEqual([250]);
});

it('words in UTF-8 are read as such, and other ones byte by byte', () => {
  expect(read('550 gibt’s nicht\r\n')[0]?.text).toBe('550 gibt’s nicht');
  expect(read(Buffer.from('550 n\u00e3o\r\n', 'latin1'))[0]?.text).toBe('550 n\u00e3o');
});

it('an answer without an end is not waited for until memory is full', () => {
  const endless = Buffer.alloc(70_000, 'x');
  expect(read(endless)).toMatchObject([{ code: null }]);
  expect(read('250-more\r\n'.repeat(9_000))[0]).toMatchObject({ code: null });
});

it('the last words of a server that went count where they say that something failed', () => {
  const last = (text: string) => {
    const reader = new AnswerReader();
    reader.push(Buffer.from(text));
    return reader.lastWords();
  };
  expect(last('250 ok\r\n421 4.3.2 going')).toEqual({ code: 421, text: '421 4.3.2 going' });
  for (const text of ['250 ok\r\n', '250 queu', '55', '']) expect(last(text)).toBeNull();
});
