import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { type CopiedRows, xlsxFile } from '../../src/actions/export-xlsx.ts';
import { ExportImpossible, MAX_SHEET_ROWS } from '../../src/domain/export-limits.ts';
import { unzip } from '../support/unzip.ts';

const ignore = () => undefined;
const ROWS = 'ada\t46400.5\nzoë\t\\N\n';
/** Rows of text, as Postgres copies them. */
const copied = (pieces: AsyncIterable<Buffer>): CopiedRows => ({ bytes: pieces, types: ['text'] });
async function* piecesOf(...pieces: string[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}

describe('a workbook', () => {
  it('has each row once, in order, however long rows and pieces are', async () => {
    const texts = Array.from({ length: 20_000 }, (_, i) => `${i}`.padEnd(i % 5_000 === 0 ? 150_000 : 8, 'x'));
    const rows = Buffer.from(texts.map((text) => `${text}\n`).join(''));
    for (const size of [8_117, 70_001, rows.length]) {
      async function* pieces(): AsyncGenerator<Buffer> {
        for (let i = 0; i < rows.length; i += size) yield rows.subarray(i, i + size);
      }
      let counted = 0;
      const file = xlsxFile(['note'], copied(pieces()), (more) => {
        counted += more;
      });
      const sheet = unzip(await buffer(file)).get('xl/worksheets/sheet1.xml') ?? '';
      const cells = [...sheet.matchAll(/<c r="A(\d+)"[^>]*><is><t>([^<]*)/g)].map(([, row, text]) => [
        row,
        text,
      ]);
      expect(cells).toEqual(['note', ...texts].map((text, i) => [String(i + 1), text]));
      expect(counted).toBe(texts.length);
    }
  });

  it('fails with what made its rows fail', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('a\n');
      throw new Error('the connection is gone');
    }
    await expect(buffer(xlsxFile(['email'], copied(broken()), ignore))).rejects.toThrow(
      'the connection is gone',
    );
  });

  it('is not written beyond what an archive holds that every spreadsheet reads', async () => {
    const row = `${'x'.repeat(5_000)}\n`;
    const file = (maxBytes: number) =>
      buffer(xlsxFile(['note'], copied(piecesOf(row, row)), ignore, maxBytes));
    await expect(file(10_000)).rejects.toThrow(new ExportImpossible('too_many_rows'));
    await expect(file(12_000)).resolves.toBeInstanceOf(Buffer);
  });

  it('is not written beyond the rows that a sheet holds', async () => {
    const rows = 200_000;
    const pieces = Array.from({ length: Math.ceil(MAX_SHEET_ROWS / rows) }, () => '\n'.repeat(rows));
    await expect(buffer(xlsxFile(['note'], copied(piecesOf(...pieces)), ignore))).rejects.toThrow(
      ExportImpossible,
    );
  });

  it('closes its source when it is given up', async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        for (;;) yield Buffer.from(`${Math.random()}\n`);
      } finally {
        isClosed = true;
      }
    }
    let bytes = 0;
    for await (const chunk of xlsxFile(['note'], copied(endless()), ignore)) {
      bytes += chunk.length;
      // Well beyond the parts before the sheet.
      if (bytes > 50_000) break;
    }
    await expect.poll(() => isClosed).toBe(true);
  });

  it('is the same, byte for byte, in every time zone', async () => {
    const program = `
      import { buffer } from 'node:stream/consumers';
      import { createHash } from 'node:crypto';
      import { xlsxFile } from './src/actions/export-xlsx.ts';
      const bytes = (async function* () { yield Buffer.from(${JSON.stringify(ROWS)}); })();
      const file = await buffer(xlsxFile(['email', 'joined_at'], { bytes, types: ['text', 'time'] }, () => undefined));
      process.stdout.write(createHash('sha256').update(file).digest('hex'));`;
    const rows = { bytes: piecesOf(ROWS), types: ['text', 'time'] } as const;
    const file = await buffer(xlsxFile(['email', 'joined_at'], rows, ignore));
    const here = createHash('sha256').update(file).digest('hex');
    for (const TZ of ['Asia/Tokyo', 'America/Los_Angeles']) {
      const args = ['--import', 'tsx', '--input-type=module-typescript', '--eval', program];
      const { stdout, stderr } = spawnSync(process.execPath, args, {
        env: { PATH: process.env.PATH, TZ },
        encoding: 'utf8',
      });
      expect([TZ, stdout, stderr && stdout ? '' : stderr]).toEqual([TZ, here, '']);
    }
  });
});
