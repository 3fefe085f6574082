import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildBundles } from '../build/bundle.ts';
import { V8 } from '../launcher/commands.mjs';
import { type Child, startChild } from './child.ts';
import { type BenchDatabase, type Lab, withDatabase } from './lab.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { watchMemory } from './resident-memory.ts';
import { median } from './statistics.ts';

const COUNT = 10;
/** After the start a process settles; from then on it is at rest. */
const SETTLE_MS = 3_000;

/** Both ways to run a part, as the launcher does. */
const WAYS = ['sources', 'bundle'] as const;
const PARTS = {
  worker: { source: 'worker/main.ts', ready: 'worker ready' },
  server: { source: 'src/server.ts', ready: 'server ready' },
} as const;
type Part = keyof typeof PARTS;
type Way = (typeof WAYS)[number];

/** How long server and worker take from the start of their process until they are ready, and their memory at rest. */
export async function benchStart(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const bundles = join(lab.folder, 'bundles');
  await buildBundles(bundles);
  const parts = Object.keys(PARTS) as Part[];
  const rows = await withDatabase(lab, async (database) => {
    const all = parts.flatMap((part) => WAYS.map((way) => ({ part, way, ms: [] as number[], restMiB: 0 })));
    // In turns: what else the machine does meets all alike.
    for (let round = 0; round < count; round++)
      for (const { part, way, ms } of all) {
        const begun = performance.now();
        const child = begin(lab, database, { part, way, bundles });
        await child.says(PARTS[part].ready);
        ms.push(performance.now() - begun);
        await child.stop();
      }
    for (const row of all) {
      const child = begin(lab, database, { ...row, bundles });
      await child.says(PARTS[row.part].ready);
      await delay(SETTLE_MS);
      row.restMiB = watchMemory(child.pid).stop();
      await child.stop();
    }
    return all;
  });
  const least = (part: Part, way: Way) =>
    Math.min(...rows.flatMap((row) => (row.part === part && row.way === way ? row.ms : [])));
  const rest = (part: Part, way: Way) =>
    rows.find((row) => row.part === part && row.way === way)?.restMiB ?? Number.NaN;
  return {
    bench: 'start',
    table: [
      ['', 'ready, least ms', 'ready, median ms', 'MiB at rest'],
      ...rows.map(({ part, way, ms, restMiB }) => [
        `${part}, ${way}`,
        whole(Math.min(...ms)),
        whole(median(ms)),
        whole(restMiB),
      ]),
    ],
    figures: Object.fromEntries([
      ['count', count],
      ...parts.flatMap((part) =>
        WAYS.flatMap((way) => [
          [`${part}${way === 'bundle' ? 'Bundle' : 'Sources'}Ms`, least(part, way)],
          [`${part}${way === 'bundle' ? 'Bundle' : 'Sources'}RestMiB`, rest(part, way)],
        ]),
      ),
    ]),
    ratios: Object.fromEntries(
      parts.map((part) => [`${part}BundleToSources`, least(part, 'bundle') / least(part, 'sources')]),
    ),
    targets: { workerBundleMs: { atMost: 1_000 }, serverBundleMs: { atMost: 1_200 } },
    notes: ['The least counts: whatever else the machine does only adds to it.'],
  };
}

function begin(
  lab: Lab,
  database: BenchDatabase,
  { part, way, bundles }: { part: Part; way: Way; bundles: string },
): Child {
  const { source } = PARTS[part];
  return startChild(way === 'bundle' ? join(bundles, `${part}.mjs`) : source, {
    env: { ...lab.environment(database), PORT: '0' },
    nodeArgs: V8,
  });
}
