import { Readable } from 'node:stream';
import type { CopiedType } from '../db/export-rows.ts';
import { ExportImpossible, MAX_SHEET_ROWS } from '../domain/export-limits.ts';
import { guardFormula } from '../domain/formula-guard.ts';
import { type ZipEntry, zipArchive } from './export-zip.ts';

/**
 * From 4 GiB on an entry of an archive is written in another way (ZIP64), that of a streamed one such that Excel offers
 * to repair the file: https://github.com/apache/poi/pull/154.
 */
const MAX_SHEET_BYTES = 2 ** 32 - 2 ** 20;
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const CONTENT_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Places in `cellXfs` of the styles below. */
const HEADER_STYLE = 1;
const TIME_STYLE = 2;

// The parts of a workbook that are the same in all (ECMA-376, part 1, 18).
const PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${CONTENT_TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${CONTENT_TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${CONTENT_TYPE}.styles+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
};

/** So many bytes are written at once: Postgres gives eight thousand, and every stream that a piece passes costs the same for a small one. */
const PIECE_BYTES = 2 ** 16;

/** In characters. An instant needs 20: a spreadsheet shows one that does not fit as hash signs. */
const WIDTHS: Readonly<Record<string, number>> = { email: 32, locale: 10, access_key: 26, access_link: 60 };

const SHEET = 'Registrants';
// LibreOffice shows a filter only where this name says for which cells.
const workbookXml = (range: string) =>
  `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><bookViews><workbookView/></bookViews><sheets><sheet name="${SHEET}" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">${SHEET}!${range}</definedName></definedNames></workbook>`;

/** Rows as Postgres's text format has them, in pieces of any length, and what each cell of a row is. */
export interface CopiedRows {
  readonly bytes: AsyncIterable<Buffer>;
  readonly types: readonly CopiedType[];
}

/**
 * A workbook of one sheet, written while it is read: a first line that stays in sight and can be filtered by, text as
 * text, instants as dates. Fails with ExportImpossible where the rows are more than a sheet holds.
 */
export function xlsxFile(
  headers: readonly string[],
  copied: CopiedRows,
  onRows: (more: number) => void,
  maxBytes = MAX_SHEET_BYTES,
): Readable {
  let rows = 0;
  const count = (more: number) => {
    rows += more;
    onRows(more);
  };
  function* parts(): Generator<ZipEntry> {
    for (const [name, xml] of Object.entries(PARTS)) yield { name, bytes: [Buffer.from(`${XML}${xml}`)] };
    const sheet = limited(sheetXml(headers, copied, count), maxBytes);
    yield { name: 'xl/worksheets/sheet1.xml', bytes: sheet };
    // Its turn comes after the sheet: how many rows there are is known then.
    const last = columnLetters(Math.max(0, headers.length - 1));
    yield { name: 'xl/workbook.xml', bytes: [Buffer.from(workbookXml(`$A$1:$${last}$${rows + 1}`))] };
  }
  return Readable.from(zipArchive(parts()), { objectMode: false });
}

async function* limited(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ExportImpossible('too_many_rows');
    yield chunk;
  }
}

async function* sheetXml(
  headers: readonly string[],
  { bytes, types }: CopiedRows,
  onRows: (more: number) => void,
): AsyncGenerator<Buffer> {
  const letters = headers.map((_, i) => columnLetters(i));
  const last = letters.at(-1) ?? 'A';
  const columns = headers.map((header, i) => {
    const width = WIDTHS[header] ?? Math.min(60, Math.max(20, header.length + 4));
    return `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`;
  });
  const head = headers.map((header, i) => textCell(`${letters[i]}1`, guardFormula(header), HEADER_STYLE));
  yield Buffer.from(
    `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData><row r="1">${head.join('')}</row>`,
  );
  const starts = letters.map((letter) => `<c r="${letter}`);
  let row = 1;
  for await (const lines of wholeLines(bytes)) {
    if (row + lines.length > MAX_SHEET_ROWS + 1) throw new ExportImpossible('too_many_rows');
    let xml = '';
    for (const line of lines) {
      const at = String(++row);
      xml += `<row r="${at}">`;
      const cells = line.split('\t');
      for (let i = 0; i < starts.length; i++) {
        const cell = cells[i];
        if (!cell || cell === NULL) continue;
        if (types[i] === 'time') xml += `${starts[i]}${at}" s="${TIME_STYLE}"><v>${cell}</v></c>`;
        else if (UNUSUAL.test(cell)) xml += textCellInBytes(`${letters[i]}${at}`, cell);
        else xml += `${starts[i]}${at}" t="inlineStr"><is><t>${cell}</t></is></c>`;
      }
      xml += '</row>';
    }
    onRows(lines.length);
    yield Buffer.from(xml, 'latin1');
  }
  yield Buffer.from(`</sheetData><autoFilter ref="A1:${last}${row}"/></worksheet>`);
}

/** Many at once, byte for byte a character: strings of one byte a letter are made, and written, several times as fast. */
async function* wholeLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let text = '';
  for await (const chunk of bytes) {
    text += chunk.toString('latin1');
    if (text.length < PIECE_BYTES) continue;
    const end = text.lastIndexOf('\n');
    if (end < 0) continue;
    yield text.slice(0, end).split('\n');
    text = text.slice(end + 1);
  }
  if (text !== '') yield text.slice(0, -1).split('\n');
}

const NULL = '\\N';
/**
 * What may be more than itself, seen in its bytes: what Postgres, XML or the guard writes in another way, and letters beyond ASCII at an end, or such as
 * spreadsheets read as those of a formula.
 */
const UNUSUAL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /^[^!-%(-*,.-<>?A-~]|[^!-~]$|[\0-\x1f&<>\\_\xef]|;['" ]*[=+@-]/;

const ESCAPED = /\\(.)/g;
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Text that is the same in its bytes, and as Postgres has it. */
const AS_IT_IS = /^[ -[\]-~]*$/;

function textCellInBytes(at: string, copied: string): string {
  if (AS_IT_IS.test(copied)) return textCell(at, guardFormula(copied), 0);
  const bytes = copied.replace(ESCAPED, (_, letter: string) => ESCAPES[letter] ?? letter);
  const xml = textCell(at, guardFormula(Buffer.from(bytes, 'latin1').toString()), 0);
  return Buffer.from(xml).toString('latin1');
}

// Readers may drop white space at either end unless they are told to keep it.
const SPACE_AROUND = /^\s|\s$/;

function textCell(at: string, text: string, style: number): string {
  const t = SPACE_AROUND.test(text) ? 't xml:space="preserve"' : 't';
  return `<c r="${at}"${style ? ` s="${style}"` : ''} t="inlineStr"><is><${t}>${escapeXml(text)}</t></is></c>`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const SPECIAL = /[&<>\r]|[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/;
const ALL_SPECIAL = new RegExp(SPECIAL, 'g');
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#13;',
  _: '_x005F_',
};

/** What XML cannot hold is written as `_x0001_`; text that looks like that gets its underscore written so. */
function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(ALL_SPECIAL, (found) => {
    return ENTITIES[found] ?? `_x${found.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}_`;
  });
}

/** A, B, … Z, AA, AB … */
function columnLetters(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnLetters(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}
