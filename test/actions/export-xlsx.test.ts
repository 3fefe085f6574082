import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { xlsxFile } from '../../src/actions/export-xlsx.ts';
import type { ExportedCell } from '../../src/db/export-rows.ts';
import { ExportImpossible, MAX_SHEET_ROWS } from '../../src/domain/export-limits.ts';

type Page = readonly (readonly ExportedCell[])[];

const ignore = () => undefined;
async function* pagesOf(...pages: Page[]): AsyncGenerator<Page> {
  yield* pages;
}

describe('a workbook', () => {
  it('fails with what made its rows fail', async () => {
    async function* broken(): AsyncGenerator<Page> {
      yield [['a']];
      throw new Error('the connection is gone');
    }
    await expect(buffer(xlsxFile(['email'], broken(), ignore))).rejects.toThrow('the connection is gone');
  });

  it('is not written beyond what an archive holds that every spreadsheet reads', async () => {
    const page = [['x'.repeat(5_000)]];
    const file = (maxBytes: number) => buffer(xlsxFile(['note'], pagesOf(page, page), ignore, maxBytes));
    await expect(file(10_000)).rejects.toThrow(new ExportImpossible('too_many_rows'));
    await expect(file(12_000)).resolves.toBeInstanceOf(Buffer);
  });

  it('is not written beyond the rows that a sheet holds', async () => {
    const page = Array.from({ length: 200_000 }, () => []);
    const pages = Array.from({ length: Math.ceil(MAX_SHEET_ROWS / page.length) }, () => page);
    await expect(buffer(xlsxFile(['note'], pagesOf(...pages), ignore))).rejects.toThrow(ExportImpossible);
  });

  it('closes its source when it is given up', async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<Page> {
      try {
        for (;;) yield [[Math.random().toString()]];
      } finally {
        isClosed = true;
      }
    }
    let bytes = 0;
    for await (const chunk of xlsxFile(['note'], endless(), ignore)) {
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
      const pages = (async function* () { yield [['ada', 46400.5], ['zoë', null]]; })();
      const file = await buffer(xlsxFile(['email', 'joined_at'], pages, () => undefined));
      process.stdout.write(createHash('sha256').update(file).digest('hex'));`;
    const pages = pagesOf([
      ['ada', 46400.5],
      ['zoë', null],
    ]);
    const file = await buffer(xlsxFile(['email', 'joined_at'], pages, ignore));
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
