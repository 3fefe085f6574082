import { randomUUID } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { csvFile } from '../../src/actions/export-csv.ts';
import { xlsxFile } from '../../src/actions/export-xlsx.ts';
import { copyCsv, copyText } from '../../src/db/export-rows.ts';
import { createPool } from '../../src/db/pool.ts';
import type { ExportColumn } from '../../src/domain/export-columns.ts';
import { guardFormula } from '../../src/domain/formula-guard.ts';
import { databaseForFile } from '../support/database.ts';
import { cellText } from '../support/hostile-text.ts';
import { unzip } from '../support/unzip.ts';

const database = await databaseForFile();
const pool = createPool(database.config, { max: 2, onError: () => undefined });
afterAll(() => pool.end());

interface Written {
  /** The cells of each row, as readers of CSV get them. */
  readonly csv: string[][];
  /** The same of the workbook. */
  readonly xlsx: string[][];
  /** The file, and what Postgres copied out for it. */
  readonly file: Buffer;
  readonly copied: Buffer;
}

const headersOf = (columns: readonly ExportColumn[]) => columns.map((_, i) => `column ${i}`);
const ignore = () => undefined;

/** A file of CSV of what came in such pieces. */
const csvOf = (columns: readonly ExportColumn[], pieces: Iterable<Buffer>) =>
  buffer(pipeline(Readable.from(pieces), csvFile(headersOf(columns), ignore), ignore));

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&#13;': '\r' };

/** The cells of a workbook, each by its address. */
function cellsOf(xlsx: Buffer, rows: number, columns: number): string[][] {
  const sheet = unzip(xlsx).get('xl/worksheets/sheet1.xml') ?? '';
  const texts = new Map(
    [...sheet.matchAll(/<c r="([A-Z]+\d+)"[^>]*><is><t(?: xml:space="preserve")?>([^<]*)</g)].map(
      ([, at = '', text = '']) => [
        at,
        text
          .replace(/&(?:amp|lt|gt|#13);/g, (entity) => ENTITIES[entity] ?? entity)
          .replace(/_x([0-9A-F]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
      ],
    ),
  );
  return Array.from({ length: rows }, (_, y) =>
    Array.from({ length: columns }, (__, x) => texts.get(`${String.fromCharCode(65 + x)}${y + 2}`) ?? ''),
  );
}

/** Files of so many registrants, who come one after the other. */
async function exported(
  columns: readonly ExportColumn[],
  people: readonly { email?: string; fields?: Record<string, string> }[],
): Promise<Written> {
  const eventId = randomUUID();
  await pool.query(
    `insert into {schema}.event (id, slug, title, description, starts_at, ends_at, time_zone, locale, key_style, reminder_minutes)
     values ($1, $2, 'E', '', now(), now() + interval '1 hour', 'UTC', 'en', 'hex', '{}')`,
    [eventId, eventId],
  );
  await pool.query(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, fields, registered_at)
     select $1, coalesce(person->>'email', place || '@example.com'), '', '', 'abcd', coalesce(person->'fields', '{}'),
       now() + place * interval '1 second'
     from jsonb_array_elements($2) with ordinality as people (person, place)`,
    [eventId, JSON.stringify(people)],
  );
  const client = await pool.connect();
  try {
    const rows = { ...{ eventId, filteredBy: null, liveUrl: 'https://x.example/e/s/live' }, columns };
    const copied = await buffer(copyCsv(client, rows));
    const file = await csvOf(columns, [copied]);
    const [, ...csv]: string[][] = parse(file, { bom: true, record_delimiter: '\r\n' });
    const workbook = await buffer(xlsxFile(headersOf(columns), copyText(client, rows), ignore));
    return { csv, xlsx: cellsOf(workbook, people.length, columns.length), file, copied };
  } finally {
    client.release();
  }
}

/** A second one: a line of one empty cell is nothing to most readers. */
const MARK: ExportColumn = { known: 'locale' };

describe('a file', () => {
  it('has cells guarded exactly as guardFormula does, whatever stands beside them', async () => {
    const names = ['a', 'b', 'c'];
    const columns = names.map((field) => ({ field }));
    const row = fc.tuple(cellText, cellText, cellText);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 200 }), async (rows) => {
        const people = rows.map((cells) => ({
          fields: Object.fromEntries(cells.map((cell, i) => [names[i], cell])),
        }));
        const { csv, xlsx } = await exported(columns, people);
        const expected = rows.map((cells) => cells.map(guardFormula));
        expect(csv).toEqual(expected);
        expect(xlsx).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('is the same in whatever pieces it comes from Postgres', async () => {
    const columns = [{ field: 'a' }, { field: 'b' }];
    const people = fc.array(fc.tuple(cellText, cellText), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(people, fc.integer({ min: 1, max: 40 }), async (rows, size) => {
        const { file, copied } = await exported(
          columns,
          rows.map(([a, b]) => ({ fields: { a, b } })),
        );
        const pieces = Array.from({ length: Math.ceil(copied.length / size) }, (_, i) =>
          copied.subarray(i * size, (i + 1) * size),
        );
        expect(await csvOf(columns, pieces)).toEqual(file);
      }),
      { numRuns: 30 },
    );
  });

  it('has what ordinary people write as they wrote it', async () => {
    const ordinary = [
      'Zoë',
      'Smith, Jones & Co.',
      'Café "Zur Post"',
      'Mozilla/5.0 (X11; Linux)',
      'a_b',
      ' x ',
      '山田',
    ];
    const { csv, xlsx } = await exported(
      [{ field: 'note' }, MARK],
      ordinary.map((note) => ({ fields: { note } })),
    );
    expect(csv).toEqual(ordinary.map((note) => [note, '']));
    expect(xlsx).toEqual(ordinary.map((note) => [note, '']));
  });

  it('finds a field by any name that one may have', async () => {
    const names = cellText.filter((name) => name !== '');
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        const { csv } = await exported([{ field: name }, MARK], [{ fields: { [name]: 'x' } }, {}]);
        expect(csv).toEqual([
          ['x', ''],
          ['', ''],
        ]);
      }),
      { numRuns: 40 },
    );
  });

  it('encodes an address in the access link exactly as encodeURIComponent does', async () => {
    // Beyond what an address may hold: the column knows no limit either.
    const local = fc.oneof(cellText, fc.string({ unit: fc.constantFrom(..."aZ09._+-!~*'()%&=?#/") }));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(local, { minLength: 1, maxLength: 100 }), async (locals) => {
        const emails = locals.map((text, i) => `${text}@${i}.example.com`);
        const links = emails.map((email) => [
          `https://x.example/e/s/live?email=${encodeURIComponent(email)}&key=abcd`,
        ]);
        const people = emails.map((email) => ({ email }));
        const { csv, xlsx } = await exported([{ known: 'accessLink' }], people);
        expect(csv).toEqual(links);
        expect(xlsx).toEqual(links);
      }),
      { numRuns: 15 },
    );
  });
});
