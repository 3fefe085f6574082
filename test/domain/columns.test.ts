import { describe, expect, it } from 'vitest';
import { COLUMNS, columnLabel, FILE_COLUMNS, fileName, PEOPLE_COLUMNS } from '../../src/domain/columns.ts';
import { readHeader } from '../../src/domain/import/columns.ts';
import { TARGETS, targetOf } from '../../src/domain/import/targets.ts';

describe('the table of columns', () => {
  it('names each by one label, whichever way it is spelled, and no two alike', () => {
    const labels = Object.entries(COLUMNS).map(([key, { label }]) => {
      expect([columnLabel(key), columnLabel(fileName(key))]).toEqual([label, label]);
      return label;
    });
    expect(new Set(labels).size).toBe(labels.length);
    expect(['fields', 'fields.email', 'fields.fields.x'].map((name) => columnLabel(name))).toEqual([
      'All further fields',
      'email',
      'fields.x',
    ]);
  });

  it('gives the People page its places in their order, each once', () => {
    const places = PEOPLE_COLUMNS.map((key) => COLUMNS[key].people);
    expect(new Set(places).size).toBe(places.length);
    // What somebody chose is kept by these keys.
    expect(PEOPLE_COLUMNS.filter((key) => COLUMNS[key].usual)).toEqual([
      'email',
      'emailStatus',
      'registeredAt',
      'lastMail',
      'joinedAt',
    ]);
    expect(PEOPLE_COLUMNS).toEqual(
      expect.arrayContaining(['accessKey', 'accessLink', 'locale', 'timeZone', 'source']),
    );
  });

  it('keeps the groups of a file together, the person first: fields of their own stand behind that', () => {
    const groups = FILE_COLUMNS.map((key) => COLUMNS[key].group);
    const runs = groups.filter((group, i) => group !== groups[i - 1]);
    expect(runs[0]).toBe('person');
    expect(new Set(runs).size).toBe(runs.length);
  });

  it('says what an import does with each: takes it, or leaves out what only an export tells', () => {
    expect(TARGETS.join()).toBe(
      'email,first_name,last_name,full_name,locale,time_zone,access_key,utm_source,utm_medium,utm_campaign,utm_term,utm_content,referrer,field,skip',
    );
    const read = readHeader(FILE_COLUMNS.map(fileName));
    expect(read.map(targetOf)).toEqual(
      FILE_COLUMNS.map((key) => (COLUMNS[key].import ? fileName(key) : 'skip')),
    );
  });
});
