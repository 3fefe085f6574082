import { pipeline, type Readable } from 'node:stream';
import { findEvent } from '../db/event.ts';
import { listEventFields } from '../db/event-field.ts';
import type { RegistrantsExport } from '../db/export.ts';
import { copyCsv, copyText } from '../db/export-rows.ts';
import { begin, type ReadPool } from '../db/pool.ts';
import type { ReadWish } from '../db/read-pool.ts';
import { resetLimit } from '../db/silence.ts';
import { type Event, permalink } from '../domain/event.ts';
import { columnHeader, type ExportFormat, exportColumns } from '../domain/export-columns.ts';
import { csvFile } from './export-csv.ts';
import { xlsxFile } from './export-xlsx.ts';

export const EXPORT_CONTENT_TYPE: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/**
 * From where a worker reads it: with all that there was when it began. A download is read from the primary: it may take as long as its reader, and a
 * replica ends what is in the way of its replay; a file that somebody has had half of cannot be begun again.
 */
export const FROM_REPLICA: ReadWish = { after: 'now', patienceMs: 5_000 };

export type ExportWanted = Pick<RegistrantsExport, 'id' | 'eventId' | 'format' | 'columns' | 'filter'>;

/** A file while it is written. */
export interface ExportFile {
  readonly bytes: Readable;
  /** Registrants written so far. */
  rows(): number;
}

/**
 * Writes the registrants of an event whom the export names, as they are at this moment, to a file that exists nowhere but on its way to
 * `use`. Memory does not grow with their number. When `use` fails, or leaves bytes unread, the database is told no
 * more to write. Throws ExportImpossible, and whatever `use` throws.
 */
export async function withExportFile<T>(
  pool: ReadPool,
  publicUrl: string,
  wanted: ExportWanted,
  use: (file: ExportFile) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let finished = false;
  try {
    // One moment for the event, its fields and its registrants.
    await begin(client, { limit: 'export', mode: 'isolation level repeatable read read only' });
    const event = (await findEvent(client, { id: wanted.eventId })) as Event;
    const columns = exportColumns(wanted.columns, await listEventFields(client, event.id), event);
    const headers = columns.map(columnHeader);
    const rows = {
      eventId: event.id,
      filteredBy: wanted,
      liveUrl: `${permalink(publicUrl, event)}/live`,
      columns,
    };
    let written = 0;
    const count = (more: number) => {
      written += more;
    };
    const bytes =
      wanted.format === 'csv'
        ? pipeline(copyCsv(client, rows), csvFile(headers, count), () => undefined)
        : xlsxFile(headers, copyText(client, rows), count);
    const result = await use({ bytes, rows: () => written });
    finished = bytes.readableEnded;
    if (finished) await client.query('commit');
    return result;
  } finally {
    resetLimit(client);
    // In the middle of a statement a connection can only be given up: Postgres then stops by itself.
    client.release(!finished);
  }
}

/** What the file is called: by its event and the day that it was asked for. */
export function exportFileName(event: Pick<Event, 'slug'>, format: ExportFormat, askedAt: Date): string {
  return `${event.slug.slice(0, 60)}-registrants-${askedAt.toISOString().slice(0, 10)}.${format}`;
}
