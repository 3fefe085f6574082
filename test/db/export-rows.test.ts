import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { fetchRows } from '../../src/db/export-rows.ts';
import { createPool } from '../../src/db/pool.ts';
import type { ExportColumn } from '../../src/domain/export-columns.ts';
import { guardFormula } from '../../src/domain/formula-guard.ts';
import { databaseForFile } from '../support/database.ts';
import { cellText } from '../support/hostile-text.ts';

const database = await databaseForFile();
const pool = createPool(database.config, { max: 2, onError: () => undefined });
afterAll(() => pool.end());

/** Cells of each of so many registrants, one after the other, as an export has them. */
async function exported(
  columns: ExportColumn | readonly ExportColumn[],
  people: readonly { email?: string; fields?: Record<string, string> }[],
): Promise<unknown[]> {
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
    const rows = {
      ...{ eventId, filteredBy: null, liveUrl: 'https://x.example/e/s/live' },
      columns: [columns].flat(),
    };
    return (await Array.fromAsync(fetchRows(client, rows, 1_000))).flat(2);
  } finally {
    client.release();
  }
}

describe('what Postgres writes', () => {
  it('guards cells exactly as guardFormula does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(cellText, { minLength: 1, maxLength: 200 }), async (texts) => {
        const people = texts.map((text) => ({ fields: { note: text } }));
        expect(await exported({ field: 'note' }, people)).toEqual(texts.map(guardFormula));
      }),
      { numRuns: 15 },
    );
  });

  it('guards each cell of a row by itself, whatever stands beside it', async () => {
    const names = ['a', 'b', 'c'];
    const columns = names.map((field) => ({ field }));
    const row = fc.tuple(cellText, cellText, cellText);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 100 }), async (rows) => {
        const people = rows.map((cells) => ({
          fields: Object.fromEntries(cells.map((cell, i) => [names[i], cell])),
        }));
        expect(await exported(columns, people)).toEqual(rows.flat().map(guardFormula));
      }),
      { numRuns: 15 },
    );
  });

  it('finds a field by any name that one may have', async () => {
    const names = cellText.filter((name) => name !== '');
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        expect(await exported({ field: name }, [{ fields: { [name]: 'x' } }, {}])).toEqual(['x', null]);
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
        const links = emails.map(
          (email) => `https://x.example/e/s/live?email=${encodeURIComponent(email)}&key=abcd`,
        );
        const people = emails.map((email) => ({ email }));
        expect(await exported({ known: 'accessLink' }, people)).toEqual(links);
      }),
      { numRuns: 15 },
    );
  });
});
