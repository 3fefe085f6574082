import { describe, expect, it } from 'vitest';
import { findLayout } from '../../../src/domain/import/find-header.ts';

describe('the layout of a file', () => {
  it.each<[what: string, text: string, delimiter: string, headerAt: number, columns: number]>([
    [
      'a field that looks like an address',
      `email,first_name,"'@\\.!",";",";'"\r\na@x.io,A,,,\r\n`,
      ',',
      0,
      5,
    ],
    ['a field that ends with a backslash', 'email,first_name,"a;\\",";"\na@x.io,A,,\n', ',', 0, 4],
    ['semicolons inside of names', 'email,first_name,"Size; cm","a;b;c;d"\na@x.io,A,1,2\n', ',', 0, 4],
    ['commas inside of cells', 'E-Mail;Name;Note\na@x.io;Oak, Ann;a, b, c, d\n', ';', 0, 3],
    ['facts in front, divided otherwise', 'Report, of: today\n\nE-Mail;Vorname\na@x.io;Ann\n', ';', 1, 2],
    [
      'a table of hosts in front',
      'Name,Email\nH,h@x.io\nFirst Name,Last Name,Email\nA,O,a@x.io\n',
      ',',
      2,
      3,
    ],
    ['nothing known', 'Wer;Was;Wo\na;b;c\nd;e;f\n', ';', 0, 3],
    ['nothing known below a title', 'Liste vom Montag\nWer;Was;Wo\na;b;c\nd;e;f\n', ';', 1, 3],
    ['nothing at all', '', ',', 0, 0],
  ])('with %s is told', (_, text, delimiter, headerAt, columns) => {
    const layout = findLayout(text, true);
    expect([layout.delimiter, layout.inner, layout.headerAt, layout.header.length]).toEqual([
      delimiter,
      null,
      headerAt,
      columns,
    ]);
  });
});
