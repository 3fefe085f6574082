import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { MAX_FIELD_LENGTH, MAX_FIELD_NAMES } from '../../src/domain/form-fields.ts';
import { buildBundles } from '../build/bundle.ts';
import { BenchError } from './bench-error.ts';
import { monotonicMs } from './clock.ts';
import { API_KEY, type BenchDatabase, type Lab, withDatabase } from './lab.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { residentMiB, watchMemory } from './resident-memory.ts';
import { seedEvent } from './seed.ts';
import { median } from './statistics.ts';

const MIB = 2 ** 20;
/** Just below what an import may have. */
const FILE_BYTES = 99 * MIB;
const PIECE_BYTES = 64 * 1024;
const SHORT_ROWS = 100_000;
/** After the start a process settles, and after an import: from then on it is at rest. */
const SETTLE_MS = 3_000;

interface File {
  readonly name: string;
  readonly header: string;
  /** Row number `i`, with its line break. A file ends where another one would be too much. */
  row(i: number): string;
  /** Rows; left out: as many as 99 MiB hold. */
  readonly rows?: number;
  readonly encoding?: BufferEncoding;
}

interface Measured {
  readonly created: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly idleMiB: number;
  readonly peakMiB: number;
  readonly keptMiB: number;
}

/** How much memory a server takes for imports of 100 MB and less, over what it has at rest, and how much it keeps. */
export async function benchImportMemory(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? SHORT_ROWS;
  const bundles = join(lab.folder, 'bundles');
  await buildBundles(bundles);
  const entry = join(bundles, 'server.mjs');
  const { compared, others } = filesOf(count);
  const table = [['file', 'MB', 'people', 'seconds', 'people/s', 'idle MiB', 'peak', 'over idle', 'kept']];
  const measured: Measured[] = [];
  const speeds: number[] = [];
  for (const file of compared) {
    const ours: Measured[] = [];
    const plain: Measured[] = [];
    // In turns: what else the machine does meets both alike.
    for (let round = 0; round < options.rounds; round++) {
      ours.push(await measure(lab, file, entry));
      plain.push(await measure(lab, file, entry, true));
    }
    table.push(rowOf(file.name, middle(ours)), rowOf(`${file.name}, V8 by itself`, middle(plain)));
    speeds.push(middle(plain).seconds / middle(ours).seconds);
    measured.push(...ours);
  }
  for (const file of others) {
    const one = await measure(lab, file, entry);
    table.push(rowOf(file.name, one));
    measured.push(one);
  }
  const most = (of: (one: Measured) => number) => Math.max(...measured.map(of));
  return {
    bench: 'import-memory',
    table,
    figures: {
      count,
      overIdleMiB: most(({ peakMiB, idleMiB }) => peakMiB - idleMiB),
      keptMiB: most(({ keptMiB }) => keptMiB),
    },
    ratios: { ofSpeed: Math.min(...speeds) },
    targets: { overIdleMiB: { atMost: 60 }, keptMiB: { atMost: 60 }, ofSpeed: { atLeast: 0.85 } },
    notes: [
      'Each file is imported by a server of its own, the bundle, that has just been started. Kept: over idle, three seconds',
      'after the answer. V8 by itself: the same server without the launcher’s arguments; ofSpeed is against it. All else is',
      `of the server as the launcher starts it; of the first two files the medians of ${options.rounds} rounds are shown.`,
    ],
  };
}

function middle(rounds: readonly Measured[]): Measured {
  const of = (pick: (one: Measured) => number) => median(rounds.map(pick));
  return {
    created: of((one) => one.created),
    bytes: of((one) => one.bytes),
    seconds: of((one) => one.seconds),
    idleMiB: of((one) => one.idleMiB),
    peakMiB: of((one) => one.peakMiB),
    keptMiB: of((one) => one.keptMiB),
  };
}

function rowOf(name: string, { bytes, created, seconds, idleMiB, peakMiB, keptMiB }: Measured): string[] {
  return [
    name,
    (bytes / 1e6).toFixed(1),
    whole(created),
    seconds.toFixed(1),
    whole(created / seconds),
    ...[idleMiB, peakMiB, peakMiB - idleMiB, keptMiB].map(whole),
  ];
}

function filesOf(shortRows: number): {
  readonly compared: readonly File[];
  readonly others: readonly File[];
} {
  const names = Array.from({ length: MAX_FIELD_NAMES }, (_, i) => `Question ${i + 1}`);
  const header = `email,${names.join(',')}\n`;
  const answer = 'A long answer. '.repeat(200).slice(0, MAX_FIELD_LENGTH);
  const answers = `,${answer}`.repeat(MAX_FIELD_NAMES);
  const quoted = `,"${answer.slice(2)}"`.repeat(MAX_FIELD_NAMES);
  const wide = `,${'Длинный ответ 答え '.repeat(200).slice(0, MAX_FIELD_LENGTH)}`.repeat(MAX_FIELD_NAMES);
  const long = (i: number) => `person.${i}@example.com${answers}\n`;
  const shortHeader = 'email,first_name,last_name,locale,time_zone,Company\n';
  const short = (i: number) =>
    `person.${i}@example.com,Ada,Lovelace,en,Europe/London,Analytical Engines ${i % 1_000}\n`;
  // A short row, and 64,000 characters beside it that come to nothing.
  const beside = (i: number, text: string) => `somebody.${i}@example.com,Ada${text}\n`;
  return {
    compared: [
      { name: 'long rows', header, row: long },
      { name: 'short rows', header: shortHeader, row: short, rows: shortRows },
    ],
    others: [
      { name: 'quoted', header, row: (i) => `person.${i}@example.com${quoted}\n` },
      { name: 'not Latin', header, row: (i) => `person.${i}@example.com${wide}\n` },
      { name: 'UTF-16', header: `\ufeff${header}`, row: long, encoding: 'utf16le' },
      { name: 'nobody', header, row: () => `nobody${answers}\n` },
      {
        name: 'a row of 30 MiB',
        header,
        row: (i) => (i ? long(i) : `one@example.com,${'x'.repeat(30 * MIB)}\n`),
        rows: 20,
      },
      {
        name: 'a quote never closed',
        header,
        row: (i) => `person.${i}@example.com${i ? '' : ',"'}${answers}\n`,
      },
      {
        name: 'the same, short rows',
        header: shortHeader,
        row: (i) => (i ? short(i) : `one@example.com,"${short(i)}`),
        rows: shortRows,
      },
      {
        name: 'quoted line breaks',
        header,
        row: (i) => `person.${i}@example.com,"${'\n'.repeat(400_000)}"\n`,
      },
      { name: 'nothing but commas', header, row: () => ','.repeat(PIECE_BYTES) },
      { name: 'lines of commas', header, row: () => `${','.repeat(200_000)}\n` },
      {
        name: 'blank lines between',
        header: 'email,first_name\n',
        row: (i) => beside(i, '\n'.repeat(64_000)),
      },
      {
        name: 'rejected lines between',
        header: 'email,first_name\n',
        row: (i) => beside(i, `\n${'x'.repeat(64_000)}`),
      },
      {
        name: 'long languages',
        header: 'email,first_name,locale\n',
        row: (i) => beside(i, `,A language number ${i}${' '.repeat(64_000)}`),
      },
    ],
  };
}

async function measure(lab: Lab, file: File, entry: string, isPlainV8 = false): Promise<Measured> {
  return withDatabase(lab, async (database) => {
    const event = await seedEvent(database.pool, 'bench');
    const { child, url } = await lab.startServer(database, { entry, isPlainV8 });
    try {
      await delay(SETTLE_MS);
      const idleMiB = residentMiB(child.pid);
      const watch = watchMemory(child.pid);
      const begin = monotonicMs();
      const sent = await send(`${url}/api/v1/events/${event.id}/registrants/import`, file);
      const seconds = (monotonicMs() - begin) / 1000;
      const peakMiB = watch.stop();
      await check(database, sent.created);
      await delay(SETTLE_MS);
      return { ...sent, seconds, idleMiB, peakMiB, keptMiB: residentMiB(child.pid) - idleMiB };
    } finally {
      await child.stop();
    }
  });
}

async function check({ pool }: BenchDatabase, created: number): Promise<void> {
  const { rows } = await pool.query<{ count: number }>('select count(*) from {schema}.registrant');
  if (rows[0]?.count !== created)
    throw new BenchError(`${created} people were said to be created, and ${rows[0]?.count} are there.`);
}

/** Sends the file, no faster than it is taken. */
async function send(url: string, file: File): Promise<{ readonly created: number; readonly bytes: number }> {
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'text/csv' };
  const asked = request(url, { method: 'POST', headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve);
    asked.once('error', reject);
  });
  let bytes = 0;
  function* counted() {
    for (const piece of pieces(file)) {
      bytes += piece.length;
      yield piece;
    }
  }
  const [answer] = await Promise.all([
    answered,
    pipeline(Readable.from(counted(), { highWaterMark: 1 }), asked),
  ]);
  const told = (await json(answer)) as { created: number };
  if (answer.statusCode !== 200) throw new BenchError(`The import was answered ${JSON.stringify(told)}.`);
  return { created: told.created, bytes };
}

function* pieces({ header, row, rows = Number.POSITIVE_INFINITY, encoding = 'utf8' }: File) {
  let piece = Buffer.from(header, encoding);
  let bytes = 0;
  for (let i = 0; i < rows && bytes + piece.length < FILE_BYTES; i++) {
    const next = Buffer.from(row(i), encoding);
    if (piece.length + next.length > PIECE_BYTES) {
      bytes += piece.length;
      yield piece;
      piece = next;
    } else piece = Buffer.concat([piece, next]);
  }
  yield piece;
}
