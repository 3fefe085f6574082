import { type Event, permalink } from '../../src/domain/event.ts';
import { EXPORT_FORMATS } from '../../src/domain/export-columns.ts';
import { V8 } from '../launcher/commands.mjs';
import { BenchError } from './bench-error.ts';
import { startChild } from './child.ts';
import { type BenchDatabase, type Lab, PUBLIC_URL, withDatabase } from './lab.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { seedEvent } from './seed.ts';
import { EXPORT_FIELDS, seedExport } from './seed-export.ts';
import type { ExportRead } from './senders/export.ts';
import { median } from './statistics.ts';

const COUNT = 500_000;
const SMALL = [0, 1, 10_000];

type What = (typeof EXPORT_FORMATS)[number] | 'plain';

/** How long it takes to write all columns of an event's registrants, against one COPY of the same columns as they are. */
export async function benchExport(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const table = [['registrants', 'file', 'seconds', 'rows/s', 'MB', 'peak MiB', 'over idle']];
  const add = (size: number, what: What, { seconds, bytes, peakMiB, idleMiB }: ExportRead) =>
    table.push([
      whole(size),
      what === 'plain' ? 'plain COPY' : what.toUpperCase(),
      seconds.toFixed(2),
      whole(size / seconds),
      (bytes / 1e6).toFixed(bytes < 1e5 ? 4 : 1),
      whole(peakMiB),
      whole(peakMiB - idleMiB),
    ]);

  await withDatabase(lab, async (database) => {
    for (const size of SMALL.filter((size) => size < count)) {
      const event = await seeded(database, `bench-${size}`, size);
      for (const format of EXPORT_FORMATS) add(size, format, await read(lab, database, event, format));
    }
  });
  const reads = await withDatabase(lab, async (database) => {
    const event = await seeded(database, 'bench', count);
    const reads: Record<What, ExportRead[]> = { plain: [], csv: [], xlsx: [] };
    for (let round = 1; round <= options.rounds; round++)
      for (const what of ['plain', 'csv', 'xlsx'] as const)
        reads[what].push(await read(lab, database, event, what));
    return reads;
  });
  const middle = (what: What): ExportRead => {
    const of = (pick: (one: ExportRead) => number) => median(reads[what].map(pick));
    return {
      seconds: of((one) => one.seconds),
      bytes: of((one) => one.bytes),
      idleMiB: of((one) => one.idleMiB),
      peakMiB: of((one) => one.peakMiB),
    };
  };
  const over = (what: What) => Math.max(...reads[what].map(({ peakMiB, idleMiB }) => peakMiB - idleMiB));
  const [plain, csv, xlsx] = [middle('plain'), middle('csv'), middle('xlsx')];
  add(count, 'plain', plain);
  add(count, 'csv', csv);
  add(count, 'xlsx', xlsx);
  return {
    bench: 'export',
    table,
    figures: {
      count,
      plainPerSecond: count / plain.seconds,
      csvPerSecond: count / csv.seconds,
      xlsxPerSecond: count / xlsx.seconds,
      csvSeconds: csv.seconds,
      xlsxSeconds: xlsx.seconds,
      csvMB: csv.bytes / 1e6,
      xlsxMB: xlsx.bytes / 1e6,
      csvOverIdleMiB: over('csv'),
      xlsxOverIdleMiB: over('xlsx'),
    },
    ratios: { csvOfPlain: plain.seconds / csv.seconds, xlsxOfPlain: plain.seconds / xlsx.seconds },
    targets: {
      csvOfPlain: { atLeast: 0.8 },
      xlsxOfPlain: { atLeast: 0.5 },
      csvOverIdleMiB: { atMost: 150 },
      xlsxOverIdleMiB: { atMost: 150 },
    },
    notes: [
      `Seconds of each of ${options.rounds} rounds: ` +
        (['plain', 'csv', 'xlsx'] as const)
          .map((what) => `${what} ${reads[what].map(({ seconds }) => seconds.toFixed(2)).join(' ')}`)
          .join('; '),
      'Each read in a process of its own that counts the bytes; its peak is that of its whole life, and the worst round',
      'is held against the target. Plain: COPY in its own format, the same rows in the same order, nothing encoded,',
      'guarded or written as ISO 8601.',
    ],
  };
}

async function seeded(database: BenchDatabase, slug: string, count: number): Promise<Event> {
  const event = await seedEvent(database.pool, slug);
  await seedExport(database.pool, event, count);
  await database.settle();
  return event;
}

async function read(lab: Lab, database: BenchDatabase, event: Event, what: What): Promise<ExportRead> {
  const child = startChild('scripts/bench/senders/export.ts', {
    env: lab.environment(database),
    args: [what === 'plain' ? plainCopy(event) : what, event.id],
    // As the launcher starts a worker.
    nodeArgs: V8,
  });
  const code = await child.ended;
  if (code !== 0) throw new BenchError(`An export was not read to its end. It said:\n${child.output()}`);
  return JSON.parse(child.output().trim().split('\n').at(-1) ?? '') as ExportRead;
}

/** What anyone would write first. */
function plainCopy(event: Event): string {
  const fields = EXPORT_FIELDS.map((name) => `r.fields->>'${name}'`);
  const link = `'${permalink(PUBLIC_URL, event)}/live?email=' || r.email || '&key=' || r.access_key`;
  return `copy (
    select r.email, r.first_name, r.last_name, r.registered_at, r.locale, r.time_zone, ${fields.join(', ')},
      r.source->>'utmSource', r.source->>'utmMedium', r.source->>'utmCampaign', r.source->>'utmTerm',
      r.source->>'utmContent', r.source->>'referrer', r.technical->>'registeredBy', r.technical->>'userAgent',
      r.email_status, r.email_status_at, last_mail.kind, last_mail.status,
      coalesce(last_mail.accepted_at, last_mail.created_at), r.joined_at, r.access_key, ${link}
    from {schema}.registrant as r
    left join lateral (
      select kind, status, accepted_at, created_at from {schema}.message
      where message.registrant_id = r.id order by message.id desc limit 1
    ) as last_mail on true
    where r.event_id = '${event.id}' and r.erased_at is null
    order by r.registered_at, r.id
  ) to stdout`;
}
