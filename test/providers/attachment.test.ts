import { describe, expect, it } from 'vitest';
import { checkAttachment } from '../../src/providers/attachment.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const check = (filename: string, contentType: string) =>
  checkAttachment({ filename, contentType, content: 'x' });

describe('a file', () => {
  it.each([
    ['event.ics', 'text/calendar; charset=utf-8; method=PUBLISH'],
    ['Registrants_of-2027.01.csv', 'text/csv; charset=utf-8'],
    ['registrants.xlsx', XLSX],
  ])('%s goes as %s', (filename, contentType) => {
    expect(() => check(filename, contentType)).not.toThrow();
  });

  it.each([
    ['x.csv', 'text/plain'],
    ['x.csv', XLSX],
    ['x.csv', ''],
    ['x.ics', 'text/csv'],
    ['x.xlsx', 'application/zip'],
    ['x.csv.ics', 'text/csv'],
  ])('%s does not go as %j', (filename, contentType) => {
    expect(() => check(filename, contentType)).toThrow(`${filename} is `);
  });

  it.each(['x.txt', 'x.zip', 'x.constructor', 'x.csv.exe'])('%s is nothing that we attach', (filename) => {
    expect(() => check(filename, 'text/csv')).toThrow(`not ${filename}`);
  });

  it.each([
    '',
    'csv',
    '.csv',
    'x',
    'x.',
    'x.CSV',
    'a b.csv',
    '../x.csv',
    'x;.csv',
    'x".csv',
    'Ünï.csv',
    'x.csv\n',
    'x.csv\r\nBcc: all@example.com',
    'x\r\nBcc: a.csv',
    `${'x'.repeat(10_000)}.csv`,
  ])('has no name like %j', (filename) => {
    expect(() => check(filename, 'text/csv')).toThrow('Not a file name');
  });

  it.each([
    'text/csv\r\nBcc: all@example.com',
    'text/csv; charset=utf-8\r\n',
    'text/csv; name="x"',
    'text/csv;charset',
  ])('has no type like %j', (contentType) => {
    expect(() => check('x.csv', contentType)).toThrow('x.csv is text/csv, not');
  });
});
