import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { exportsOf } from '../support/exports.ts';
import { findOffice } from '../support/find-office.ts';
import { HANGS_AFTER_MS } from '../support/hang-guard.ts';
import { unzip } from '../support/unzip.ts';

const office = findOffice();
if (!office)
  process.stderr.write('No LibreOffice was found (SOFFICE_PATH names one): no workbook is opened.\n');

const TEXTS = [
  `say "hi", she said`,
  'two\nlines\n\nand more',
  'a\ttab',
  '=1+1',
  '=HYPERLINK("https://evil.example","x")',
  '+33 6 12',
  '-5',
  '@SUM(A1)',
  '＝1+1',
  `'=1`,
  `'quoted`,
  '👩‍💻 Zoë Ångström',
  'שלום \u202eabc\u202c مرحبا',
  '_x0041_ and _x000D_',
  '_x005F_x0041_',
  'x'.repeat(2000),
  'é'.repeat(2000),
  '0042',
  '1e5',
  '12345678901234567890',
  '2026-01-02',
  '1/2',
  'TRUE',
  '50%',
  `<b a='1'>&amp; ]]> &#65;</b>`,
  ' spaces around ',
  'in  between',
  '日本語、テキスト',
  '#N/A',
  ';|,',
];

const app = await openApp();
const exports = exportsOf(app);
let csv: Buffer;
let xlsx: Buffer;
let expected: string[][];
let columns: string[];

beforeAll(async () => {
  const { id } = await app.event();
  await exports.register(
    id,
    TEXTS.map((text, i) => ({
      email: `p${String(i).padStart(3, '0')}.o'neil+x@example.com`,
      firstName: text.replaceAll(/\s/g, ' ').slice(0, 100),
      lastName: `${i}`,
      locale: 'fr',
      timeZone: 'Europe/Paris',
      fields: { note: text, 'a, "quoted" & <named> field': text, '=field': i % 2 ? text : '' },
      source: { utmSource: text.slice(0, 50), referrer: 'https://example.com/?a=1&b=2' },
      accessKey: String(i).padStart(4, '0'),
    })),
  );
  // Each with a part of a second that must not be rounded up.
  await app.pool.query(
    `update {schema}.registrant set registered_at = timestamptz '2027-03-28 00:59:59.999Z' + access_key::int * interval '1 hour 1 second',
       joined_at = case when access_key::int % 3 = 0 then timestamptz '1999-12-31 23:59:59.5Z' end
     where event_id = $1`,
    [id],
  );
  csv = await exports.file(id, { format: 'csv' });
  xlsx = await exports.file(id, { format: 'xlsx' });
  const rows: string[][] = parse(csv, { bom: true, record_delimiter: '\r\n' });
  columns = rows[0] ?? [];
  expected = rows;
});

const isInstant = (column: string | undefined) => /_at$/.test(column ?? '');
/** As the CSV has it: a sheet has an instant without a zone. */
const shown = (instant: string) => instant.replace('T', ' ').replace('Z', '');

describe('a workbook, read strictly', () => {
  it('is an archive whose parts are all there, well-formed, and what their checksums say', () => {
    expect([...unzip(xlsx).keys()]).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      'xl/_rels/workbook.xml.rels',
      'xl/styles.xml',
      'xl/worksheets/sheet1.xml',
      'xl/workbook.xml',
    ]);
    for (const xml of unzip(xlsx).values()) expect(readXml(xml)).not.toEqual([]);
  });

  it('has the cells that the CSV file has: text as text, instants as dates', () => {
    const cells = readSheet(part('xl/worksheets/sheet1.xml'));
    const actual = expected.map((row, y) =>
      row.map((_, x) => {
        const cell = cells.get(`${columnLetters(x)}${y + 1}`);
        if (!cell) return '';
        if (cell.type === 'inlineStr') return cell.text;
        return new Date(Math.round((Number(cell.text) - 25569) * 86_400) * 1000)
          .toISOString()
          .replace('.000', '');
      }),
    );
    expect(actual).toEqual(expected);
    for (const [at, cell] of cells) {
      const isHeader = /[A-Z]1$/.test(at);
      const column = columns[columnIndex(at)];
      expect([at, cell.type]).toEqual([at, !isHeader && isInstant(column) ? 'n' : 'inlineStr']);
    }
  });

  it('has a bold first line that stays in sight and can be filtered by, and columns that dates fit into', () => {
    const sheet = part('xl/worksheets/sheet1.xml');
    expect(sheet).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>');
    const last = columnLetters(columns.length - 1);
    expect(sheet).toContain(`<autoFilter ref="A1:${last}${expected.length}"/>`);
    expect(part('xl/workbook.xml')).toContain(`>Registrants!$A$1:$${last}$${expected.length}</definedName>`);
    const widths = [...sheet.matchAll(/<col [^>]*width="(\d+)"/g)].map(([, width]) => Number(width));
    expect(widths).toHaveLength(columns.length);
    for (const [i, column] of columns.entries())
      if (isInstant(column)) expect(widths[i]).toBeGreaterThanOrEqual(20);
  });
});

// That the first line stays in sight is not among what it looks at without a window: see above.
describe.skipIf(!office)('a workbook in LibreOffice', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'access-mail-office-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Opens the workbook and stores it as something else. */
  async function convert(to: string, extension: string): Promise<string> {
    writeFileSync(join(folder, 'people.xlsx'), xlsx);
    const profile = `-env:UserInstallation=${pathToFileURL(join(folder, 'profile'))}`;
    const args = [profile, '--headless', '--norestore', '--convert-to', to, '--outdir', folder];
    const env = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8' };
    await promisify(execFile)(office ?? '', [...args, join(folder, 'people.xlsx')], {
      env,
      timeout: HANGS_AFTER_MS,
    });
    return readFileSync(join(folder, `people.${extension}`), 'utf8');
  }

  it('shows the cells that the CSV file has', async () => {
    // Comma, quote, UTF-8, from the first line; cells as shown, not their formulas.
    const shownCsv = await convert('csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false', 'csv');
    const actual: string[][] = parse(shownCsv, { bom: true });
    const asShown = expected.map((row, y) =>
      row.map((cell, x) => (y > 0 && isInstant(columns[x]) ? shown(cell) : cell)),
    );
    expect(actual).toEqual(asShown);
  });

  it('has dates that are dates, text that is text, no formulas, and filter buttons on the first line', async () => {
    const fods = await convert('fods', 'fods');
    const table = fods.slice(fods.indexOf('<table:table '), fods.lastIndexOf('</table:table>'));
    const types = [...table.matchAll(/<table:table-cell[^>]*office:value-type="(\w+)"/g)].map(
      ([, type]) => type,
    );
    const filled = expected.flatMap((row, y) =>
      row.flatMap((cell, x) => (cell === '' ? [] : [y > 0 && isInstant(columns[x]) ? 'date' : 'string'])),
    );
    // Equal neighbours may be written as one.
    expect(new Set(types)).toEqual(new Set(['date', 'string']));
    expect(types.filter((type) => type === 'date')).toHaveLength(
      filled.filter((type) => type === 'date').length,
    );
    expect(table).not.toContain('table:formula');
    expect(table).toContain('office:date-value="2027-03-28T00:59:59"');
    const ranges = fods.match(/<table:database-range [^>]*>/g);
    expect(ranges).toEqual([expect.stringContaining('table:display-filter-buttons="true"')]);
    expect(ranges?.[0]).toContain(`A1:Registrants.${columnLetters(columns.length - 1)}${expected.length}"`);
  });
});

function part(name: string): string {
  const xml = unzip(xlsx).get(name);
  if (xml === undefined) throw new Error(`${name} is missing`);
  return xml;
}

interface XmlNode {
  readonly kind: 'open' | 'close' | 'text';
  readonly value: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const MARKUP = /<\?xml [^>]*\?>\s*|<\/([\w:]+)>|<([\w:]+)((?:\s+[\w:]+="[^"<&]*")*)\s*(\/?)>|([^<]+)/y;

/** Elements and text in their order; throws where XML 1.0 does not let it be written so. */
function readXml(xml: string): XmlNode[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(xml)) throw new Error('a character that XML cannot hold');
  const nodes: XmlNode[] = [];
  const open: string[] = [];
  MARKUP.lastIndex = 0;
  while (MARKUP.lastIndex < xml.length) {
    const at = MARKUP.lastIndex;
    const match = MARKUP.exec(xml);
    if (!match) throw new Error(`no XML at ${at}: ${xml.slice(at, at + 40)}`);
    const [, closed, opened, attributes = '', isEmpty, text] = match;
    if (closed !== undefined && open.pop() !== closed)
      throw new Error(`</${closed}> closes nothing at ${at}`);
    if (closed !== undefined) nodes.push({ kind: 'close', value: closed, attributes: {} });
    if (opened !== undefined) {
      const pairs = [...attributes.matchAll(/([\w:]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ]);
      nodes.push({ kind: 'open', value: opened, attributes: Object.fromEntries(pairs) });
      if (isEmpty) nodes.push({ kind: 'close', value: opened, attributes: {} });
      else open.push(opened);
    }
    if (text !== undefined) nodes.push({ kind: 'text', value: unescaped(text), attributes: {} });
  }
  if (open.length > 0) throw new Error(`<${open.join('><')}> stays open`);
  return nodes;
}

function unescaped(text: string): string {
  if (text.includes(']]>')) throw new Error(']]> in a text');
  // What stands there as CR is read as LF.
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/&([^;]*);?/g, (all, name: string) => {
    if (/^&#\d+;$/.test(all)) return String.fromCodePoint(Number(name.slice(1)));
    const letter = NAMED[name];
    if (letter === undefined || !all.endsWith(';')) throw new Error(`${all} is no entity`);
    return letter;
  });
}

/** The cells of a sheet by their place. */
function readSheet(xml: string): Map<string, { readonly type: string; readonly text: string }> {
  const cells = new Map<string, { type: string; text: string }>();
  let cell = { type: '', text: '' };
  let keepsSpace = false;
  for (const { kind, value, attributes } of readXml(xml)) {
    if (kind === 'open' && value === 'c') {
      cell = { type: attributes.t ?? 'n', text: '' };
      expect(cells.has(attributes.r ?? '')).toBe(false);
      cells.set(attributes.r ?? '', cell);
    }
    if (kind === 'open') keepsSpace = attributes['xml:space'] === 'preserve';
    if (kind === 'text')
      cell.text += (keepsSpace ? value : value.trim()).replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
  }
  return cells;
}

function columnLetters(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnLetters(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}

function columnIndex(at: string): number {
  return [...at.replace(/\d+/, '')].reduce((index, letter) => index * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
