import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { PICTURE_LIMIT } from '../../src/domain/picture.ts';
import { buildBundles } from '../build/bundle.ts';
import { BenchError } from './bench-error.ts';
import { monotonicMs } from './clock.ts';
import { API_KEY, type Lab, withDatabase } from './lab.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { residentMiB, watchMemory } from './resident-memory.ts';
import { seedEvent } from './seed.ts';

const COUNT = 10;
/** After the start a process settles, and after the uploads: from then on it is at rest. */
const SETTLE_MS = 3_000;

interface Upload {
  readonly name: string;
  readonly type: string;
  readonly body: Buffer;
  readonly status: number;
}

/** How much memory a server takes for pictures that come ten at once, over what it has at rest, and how much it keeps. */
export async function benchPictures(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const bundles = join(lab.folder, 'bundles');
  await buildBundles(bundles);
  const entry = join(bundles, 'server.mjs');
  const rows: string[][] = [];
  const over: number[] = [];
  const kept: number[] = [];
  const waits: number[] = [];
  for (const upload of await uploads()) {
    const { seconds, idleMiB, peakMiB, restMiB, longestMs } = await measure(lab, upload, { entry, count });
    rows.push([
      upload.name,
      (upload.body.length / 1e6).toFixed(1),
      ...[seconds.toFixed(1), whole(longestMs)],
      ...[idleMiB, peakMiB, peakMiB - idleMiB, restMiB - idleMiB].map(whole),
    ]);
    over.push(peakMiB - idleMiB);
    kept.push(restMiB - idleMiB);
    waits.push(longestMs);
  }
  return {
    bench: 'pictures',
    table: [['picture', 'MB', 'seconds', 'a page, ms', 'idle MiB', 'peak', 'over idle', 'kept'], ...rows],
    figures: {
      count,
      overIdleMiB: Math.max(...over),
      keptMiB: Math.max(...kept),
      pageMs: Math.max(...waits),
    },
    ratios: {},
    targets: { overIdleMiB: { atMost: 500 } },
    notes: [
      `${count} of each are uploaded at once to a server of its own, the bundle, that has just been started. Kept: over idle, three`,
      'seconds after the last answer. A page: the longest that one took which was asked for meanwhile.',
    ],
  };
}

/** The dearest that there are: large files, and pictures of as many pixels as are read. */
async function uploads(): Promise<readonly Upload[]> {
  const [width, height] = [8_600, 5_800];
  const plain = (w: number, h: number, channels: 3 | 4) =>
    sharp({ create: { width: w, height: h, channels, background: { r: 40, g: 120, b: 200, alpha: 0.5 } } });
  return [
    { name: 'noise, 10 MiB', type: 'image/png', body: await noise(PICTURE_LIMIT - 100_000), status: 200 },
    {
      name: 'interlaced PNG, 50 megapixels',
      type: 'image/png',
      body: await plain(width, height, 4).png({ progressive: true }).toBuffer(),
      status: 200,
    },
    {
      name: 'progressive JPEG, 50 megapixels',
      type: 'image/jpeg',
      body: await plain(width, height, 3).jpeg({ progressive: true }).toBuffer(),
      status: 200,
    },
    {
      name: 'AVIF, 12 megapixels',
      type: 'image/avif',
      body: await plain(4_000, 2_990, 3).avif({ effort: 0 }).toBuffer(),
      status: 200,
    },
    {
      name: 'interlaced PNG of 16 bits, 25 megapixels',
      type: 'image/png',
      body: await plain(5_900, 4_200, 4).toColourspace('rgb16').png({ progressive: true }).toBuffer(),
      status: 200,
    },
    { name: '40 MB of nothing', type: 'image/png', body: Buffer.alloc(40e6), status: 413 },
  ];
}

function noise(bytes: number): Promise<Buffer> {
  const side = Math.floor(Math.sqrt(bytes / 3));
  const data = Buffer.alloc(side * side * 3);
  for (let i = 0, state = 1; i < data.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[i] = state >>> 24;
  }
  const raw = { width: side, height: side, channels: 3 } as const;
  return sharp(data, { raw }).png({ compressionLevel: 0 }).toBuffer();
}

async function measure(
  lab: Lab,
  { type, body, status, name }: Upload,
  { entry, count }: { readonly entry: string; readonly count: number },
) {
  return withDatabase(lab, async (database) => {
    const event = await seedEvent(database.pool, 'bench');
    const { child, url } = await lab.startServer(database, { entry });
    try {
      await delay(SETTLE_MS);
      const idleMiB = residentMiB(child.pid);
      const watch = watchMemory(child.pid);
      const begin = monotonicMs();
      let isDone = false;
      const send = async () => {
        const answer = await fetch(`${url}/api/v1/events/${event.id}/images/cover`, {
          method: 'POST',
          headers: { authorization: `Bearer ${API_KEY}`, 'content-type': type },
          body: new Uint8Array(body),
        });
        const text = await answer.text();
        if (answer.status !== status)
          throw new BenchError(`${name} was answered ${answer.status}: ${text.slice(0, 200)}`);
      };
      const sent = Promise.all(Array.from({ length: count }, send)).finally(() => {
        isDone = true;
      });
      let longestMs = 0;
      while (!isDone) {
        const asked = monotonicMs();
        await fetch(`${url}/e/${event.slug}`).then((answer) => answer.text());
        longestMs = Math.max(longestMs, monotonicMs() - asked);
        await delay(20);
      }
      await sent;
      const seconds = (monotonicMs() - begin) / 1000;
      const peakMiB = watch.stop();
      await delay(SETTLE_MS);
      return { seconds, idleMiB, peakMiB, restMiB: residentMiB(child.pid), longestMs };
    } finally {
      await child.stop();
    }
  });
}
