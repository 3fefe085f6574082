import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLAIMS } from './claims.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const DOCUMENT = read('SECURITY.md');
const [, about = '', statements = ''] =
  /^# Security\n\n## Report a vulnerability\n(.*?)\n(## .*)$/s.exec(DOCUMENT) ?? [];

/** Everything below the section about reporting that is no heading: an item, with the lines that belong to it. */
const ITEMS = statements
  .split(/\n(?=- |## )|\n\n/)
  .map((item) => item.trim())
  .filter((item) => item !== '' && !/^## [^\n]+$/.test(item));
const CODE = /^- \*\*([A-Z]\d+)\*\* \S/;
const CODES = ITEMS.map((item) => CODE.exec(item)?.[1] ?? '');

/** Whether the file has a test or a group of tests with this title. */
function hasTest(file: string, title: string): boolean {
  const path = `test/${file}`;
  if (!existsSync(new URL(`../../${path}`, import.meta.url))) return false;
  const source = read(path);
  return ["'", '"', '`'].some((quote) => {
    const literal = RegExp.escape(`${quote}${title}${quote}`);
    return new RegExp(`\\(\\s*${literal},`).test(source);
  });
}

describe('SECURITY.md', () => {
  it('gives each statement a code of its own, and has no other text', () => {
    expect(ITEMS.length).toBeGreaterThan(50);
    expect(ITEMS.filter((item) => !CODE.test(item))).toEqual([]);
    expect(CODES.filter((code, i) => CODES.indexOf(code) !== i)).toEqual([]);
  });

  it('has a row of tests for each statement, and no row without one', () => {
    expect(Object.keys(CLAIMS).sort()).toEqual(CODES.toSorted());
    expect(Object.entries(CLAIMS).filter(([, tests]) => tests.length === 0)).toEqual([]);
  });

  it('is held by tests that are there', () => {
    const missing = Object.entries(CLAIMS).flatMap(([code, tests]) =>
      tests.filter(([file, title]) => !hasTest(file, title)).map((test) => [code, ...test]),
    );
    expect(missing).toEqual([]);
  });

  it('says how to report a vulnerability, how soon we answer, and that the version of today gets fixes', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(about).toContain('“Report a vulnerability”');
    expect(about).toContain('in private');
    expect(about).toContain('within three working days');
    const rows = about.split('\n').filter((line) => line.startsWith('| '));
    expect(rows).toEqual([
      '| version | gets fixes |',
      `| the latest, ${version.split('.').slice(0, 2).join('.')} | yes |`,
      '| all older ones | no: upgrade |',
    ]);
  });
});
