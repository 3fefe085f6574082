import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  columnHeader,
  exportColumns,
  fieldOfHeader,
  KNOWN_COLUMNS,
  readColumnNames,
} from '../../src/domain/export-columns.ts';
import { guardFormula } from '../../src/domain/formula-guard.ts';
import { readHeader } from '../../src/domain/import/columns.ts';
import { cellText } from '../support/hostile-text.ts';

const headers = (names: readonly string[] | null, fields: readonly string[]) =>
  exportColumns(names, fields).map(columnHeader);

/** What is said to be wrong, by path. */
function errorsOf(asked: readonly string[]): Record<string, string> {
  try {
    readColumnNames(asked);
  } catch (error) {
    const { errors } = error as { errors: { path: string; message: string }[] };
    return Object.fromEntries(errors.map(({ path, message }) => [path, message]));
  }
  return {};
}

describe('the columns of an export', () => {
  it('all of them: ours in their order, with the registrants’ own after the time zone', () => {
    expect(readColumnNames('all')).toBeNull();
    const place = KNOWN_COLUMNS.indexOf('time_zone') + 1;
    expect(place).toBe(6);
    expect(headers(null, ['Company', 'Seat'])).toEqual(KNOWN_COLUMNS.toSpliced(place, 0, 'Company', 'Seat'));
  });

  it('a choice: in its order, as the file or as the API spells them', () => {
    const names = readColumnNames(['accessLink', 'fields', 'email', 'first_name', 'utmSource']);
    expect(names).toEqual(['access_link', 'fields', 'email', 'first_name', 'utm_source']);
    expect(headers(names, ['A', 'B'])).toEqual([
      'access_link',
      'A',
      'B',
      'email',
      'first_name',
      'utm_source',
    ]);
  });

  it('one field by name stands where it was named, and only there', () => {
    const names = readColumnNames(['fields.Seat', 'email', 'fields']);
    expect(headers(names, ['Company', 'Seat'])).toEqual(['Seat', 'email', 'Company']);
    expect(headers(readColumnNames(['fields.Nobody has it']), ['Company'])).toEqual(['Nobody has it']);
  });

  it('each known one can be asked for in both spellings', () => {
    for (const name of KNOWN_COLUMNS) {
      const camel = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
      expect(readColumnNames([camel])).toEqual([name]);
      expect(readColumnNames([name])).toEqual([name]);
    }
  });

  it('unknown, empty, repeated or impossible ones are refused by name', () => {
    expect(errorsOf(['email', 'shoe_size', 'Email'])).toEqual({
      'columns.1': expect.stringContaining('is unknown; there are email, first_name'),
      'columns.2': expect.stringContaining('is unknown'),
    });
    expect(errorsOf([])).toEqual({ columns: 'names no column' });
    expect(errorsOf(['first_name', 'email', 'firstName', 'fields.a', 'fields.a'])).toEqual({
      'columns.2': 'is there twice: first_name',
      'columns.4': 'is there twice: fields.a',
    });
    expect(errorsOf(['fields.', 'fields.\0', `fields.${'x'.repeat(65)}`, 'constructor', ''])).toEqual({
      'columns.0': 'cannot be a field: is missing',
      'columns.1': 'cannot be a field: must not contain control characters',
      'columns.2': 'cannot be a field: must have at most 64 characters',
      'columns.3': expect.stringContaining('is unknown'),
      'columns.4': expect.stringContaining('is unknown'),
    });
    const many = Array.from({ length: 501 }, (_, i) => `fields.${i}`);
    expect(errorsOf(many)).toEqual({ columns: 'names more than 500 columns' });
  });
});

describe('the name of a field in the first line', () => {
  it.each([
    ['email', 'field:email'],
    ['Access_Link', 'field:Access_Link'],
    ['JOINED_AT', 'field:JOINED_AT'],
    ['field:x', 'field:field:x'],
    ['Field:x', 'Field:x'],
    ['firstName', 'firstName'],
    ['=Company', '=Company'],
    ['漢'.repeat(64), '漢'.repeat(64)],
  ])('%j is written as %j', (field, header) => {
    expect(columnHeader({ field })).toBe(header);
    expect(fieldOfHeader(header)).toBe(field);
  });

  it('is never a column of ours, never another field’s, and is read again by an import', () => {
    const name = fc
      .oneof(
        { weight: 3, arbitrary: cellText.map((text) => text.replace(/[\t\r\n]/g, '').trim()) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(...KNOWN_COLUMNS, ...KNOWN_COLUMNS.map((n) => n.toUpperCase())),
        },
        {
          weight: 1,
          arbitrary: fc.constantFrom('field:', 'field:email', 'field:field:x', 'fields', 'fields.a'),
        },
      )
      .filter(isFieldName);
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 60 }), (fields) => {
        const written = headers(null, fields);
        expect(new Set(written).size).toBe(KNOWN_COLUMNS.length + fields.length);
        const read = readHeader(written.map(guardFormula)).flatMap((column) =>
          column.is === 'field' ? [column.field] : [],
        );
        expect(read).toEqual(fields);
      }),
      { numRuns: 500 },
    );
  });
});

/** Whether somebody can be registered with such a field at all. */
function isFieldName(name: string): boolean {
  try {
    return readColumnNames([`fields.${name}`])?.[0] === `fields.${name}`;
  } catch {
    return false;
  }
}
