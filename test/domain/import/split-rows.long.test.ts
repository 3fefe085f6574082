import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRowSplitter, MAX_ROW_LENGTH } from '../../../src/domain/import/split-rows.ts';

function split(text: string, delimiter = ',', isRow?: (cells: readonly string[]) => boolean) {
  const splitter = createRowSplitter(delimiter, isRow);
  return [...splitter.push(text), ...splitter.end()];
}

const cells = (text: string, delimiter?: string, isRow?: (cells: readonly string[]) => boolean) =>
  split(text, delimiter, isRow).map((row) => row.cells);

describe('rows of a text', () => {
  it('that is well-formed are those that csv-parse reads, in whatever pieces it comes', () => {
    const cell = fc.oneof(
      fc.stringMatching(/^[a-z ]{0,4}$/),
      fc.string({
        unit: fc.constantFrom('"', ',', ';', '\t', '\n', '\r\n', '\r', 'é', ' ', 'x', "'"),
        maxLength: 6,
      }),
    );
    const quoted = (text: string) =>
      /["\r\n,;\t]| $|^ /.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 8 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(40), { maxLength: 6 }),
        (table, delimiter, lineEnd, cuts) => {
          const text = table
            .map((row) => row.map((each) => (each.includes('|') ? '' : quoted(each))).join(delimiter))
            .join(lineEnd);
          const expected = parse(text, {
            delimiter,
            record_delimiter: ['\r\n', '\n', '\r'],
            relax_column_count: true,
            skip_empty_lines: true,
          });
          const splitter = createRowSplitter(delimiter);
          const found = [];
          let from = 0;
          for (const length of cuts) {
            found.push(...splitter.push(text.slice(from, from + length)));
            from += length;
          }
          found.push(...splitter.push(text.slice(from)), ...splitter.end());
          expect(found.map((row) => row.cells)).toEqual(expected);
          expect(found.every(({ isMended }) => !isMended)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('stand on the lines that they begin on', () => {
    const rows = split('a,b\r\n\r\n"1\r\n2\n3\r4",x\r5,6\n\n"7",8');
    expect(rows.map(({ line, cells: [first] }) => [line, first])).toEqual([
      [1, 'a'],
      [3, '1\r\n2\n3\r4'],
      [7, '5'],
      [9, '7'],
    ]);
  });

  it.each<[what: string, text: string, rows: string[][]]>([
    ['a quote inside of a bare cell', 'Ana "Annie",b', [['Ana "Annie"', 'b']]],
    [
      'text behind a closing quote',
      '"Cy" Jr,Elm\nx,y',
      [
        ['"Cy" Jr', 'Elm'],
        ['x', 'y'],
      ],
    ],
    ['quotes that are not doubled', '"Ana "Annie" Real",b', [['Ana "Annie" Real', 'b']]],
    ['quotes behind a backslash', '"Ana \\"Annie\\" Real",b', [['Ana "Annie" Real', 'b']]],
    ['spaces around quotes', 'a, "b, c" ,d', [['a', 'b, c', 'd']]],
    [
      'a quote that nothing closes',
      'a,"b\nc,d\ne,f',
      [
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
      ],
    ],
    [
      'one that another row’s quote would close',
      'a,"b\nc,d\ne,"f, g"',
      [
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f, g'],
      ],
    ],
    [
      'one that the last cell of another row would close',
      'a,"b\nc,"d"',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a lone quote', '"\na,b', [[''], ['a', 'b']]],
    ['quotes alone', '"",""""\na', [['', '"'], ['a']]],
    ['an inch', '5" nail,b', [['5" nail', 'b']]],
  ])('with %s are read as well as may be', (_, text, rows) => {
    expect(cells(text)).toEqual(rows);
  });

  it('that a stray quote would swallow are kept where they are rows by themselves', () => {
    const isRow = (row: readonly string[]) => row.length === 3 && row[0]?.includes('@') === true;
    const text = 'a@x,"Ann,Real\nb@x,Bo,Oak\nc@x,Cy,Elm"\nd@x,Dee,Fir';
    expect(cells(text, ',', isRow).map(([first]) => first)).toEqual(['a@x', 'b@x', 'c@x', 'd@x']);
    // A note that quotes such a line, in a row that is whole, is a note.
    const note = 'a@x,Ann,"see:\nb@x,Bo,Oak\n"\nd@x,Dee,Fir';
    expect(cells(note, ',', isRow)).toEqual([
      ['a@x', 'Ann', 'see:\nb@x,Bo,Oak\n'],
      ['d@x', 'Dee', 'Fir'],
    ]);
  });

  it('that are too long are told of and passed over, and never kept in memory', () => {
    const splitter = createRowSplitter(',');
    const found = [...splitter.push('a,b\n')];
    for (let i = 0; i < 40; i++) found.push(...splitter.push('x'.repeat(MAX_ROW_LENGTH / 8)));
    found.push(...splitter.push('\nc,d\n'), ...splitter.end());
    expect(found.map(({ line, isTooLong }) => [line, isTooLong])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
  });

  // Were the time squared, hours would pass.
  it.each([
    ['opened quotes that nothing closes', '"x\n', 2_000_000],
    ['quotes in pairs behind one that nothing closes', 'a,"\n""\n""\n""x\n', 2_000_000],
    ['three quotes a line', 'a,"""x\n', 1_000_000],
    ['line ends of old alone', 'a,b\r', 2_000_000],
    ['nothing but quotes', '"', 8_000_000],
  ])('are found in a time that grows with the text: %s', (_, piece, times) => {
    expect(split(piece.repeat(times)).length).toBeGreaterThan(0);
  });
});
