/**
 * Reads one export to its end and keeps nothing of it. Arguments: `csv`, `xlsx`, or a COPY statement to run as it is;
 * the event. DATABASE_URL: where from. Its last line says what it took, as JSON.
 */

import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { to as copyTo } from 'pg-copy-streams';
import { withExportFile } from '../../../src/actions/export-file.ts';
import { readDatabaseConfig } from '../../../src/config.ts';
import { createPool, transaction } from '../../../src/db/pool.ts';

/** By then a process that has just started is at rest. */
const SETTLE_MS = 1_000;

export interface ExportRead {
  readonly seconds: number;
  readonly bytes: number;
  readonly idleMiB: number;
  /** Of the process's whole life. */
  readonly peakMiB: number;
}

const [what = '', eventId = ''] = process.argv.slice(2);
const publicUrl = process.env.PUBLIC_URL ?? '';
const pool = createPool(readDatabaseConfig(process.env), {
  onError: (error) => process.stderr.write(`${error.message}\n`),
});
await pool.query('select');
await delay(SETTLE_MS);
const idleMiB = process.memoryUsage.rss() / 2 ** 20;

const begin = performance.now();
const bytes =
  what === 'csv' || what === 'xlsx'
    ? await withExportFile(
        pool,
        publicUrl,
        { ...{ id: '', eventId, format: what }, columns: null, filter: null },
        (file) => countBytes(file.bytes),
      )
    : await transaction(pool, (db) => countBytes(db.query(copyTo(what))), { limit: 'export' });
const seconds = (performance.now() - begin) / 1000;
const read: ExportRead = { seconds, bytes, idleMiB, peakMiB: process.resourceUsage().maxRSS / 1024 };
process.stdout.write(`${JSON.stringify(read)}\n`);
await pool.end();

async function countBytes(stream: Readable): Promise<number> {
  let bytes = 0;
  for await (const chunk of stream) bytes += chunk.length;
  return bytes;
}
