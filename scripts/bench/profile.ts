import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { BenchError } from './bench-error.ts';
import { deliver } from './deliver.ts';
import type { Lab } from './lab.ts';
import type { BenchOptions } from './options.ts';
import { printTable, whole } from './report.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const COUNT = 20_000;
const TOP = 15;

/** What we read of a .cpuprofile: samples name nodes by id; deltas are microseconds. */
const profileShape = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/**
 * One delivery by one worker under V8's sampling profiler: prints the functions that had the processor most, their
 * callees not counted. Start-up (tsx, imports) is in it, so a large count tells more. Costs some speed itself.
 */
export async function profileDelivery(lab: Lab, options: BenchOptions): Promise<void> {
  const folder = join(lab.folder, 'profile');
  mkdirSync(folder, { recursive: true });
  const count = options.count ?? COUNT;
  const { mailsPerSecond } = await deliver(lab, {
    count,
    workers: 1,
    delayMs: options.delayMs,
    nodeArgs: ['--cpu-prof', `--cpu-prof-dir=${folder}`],
  });
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  if (!file) throw new BenchError('The worker left no profile: it did not end by itself.');
  const { nodes, samples, timeDeltas } = profileShape.parse(
    JSON.parse(readFileSync(join(folder, file), 'utf8')),
  );

  const frames = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const selfMs = new Map<string, number>();
  samples.forEach((id, i) => {
    const frame = frames.get(id) ?? '?';
    selfMs.set(frame, (selfMs.get(frame) ?? 0) + (timeDeltas[i] ?? 0) / 1000);
  });
  const idle = selfMs.get('(idle)') ?? 0;
  selfMs.delete('(idle)');
  const busy = [...selfMs.values()].reduce((sum, ms) => sum + ms, 0);
  const top = [...selfMs].toSorted(([, a], [, b]) => b - a).slice(0, TOP);
  console.log(
    `\n${whole(count)} mails, ${whole(mailsPerSecond)} a second while profiled; ` +
      `busy ${whole(busy)} ms, idle ${whole(idle)} ms`,
  );
  printTable([
    ['function', 'self ms', '% of busy', 'µs a mail'],
    ...top.map(([frame, ms]) => [
      frame,
      whole(ms),
      ((100 * ms) / busy).toFixed(1),
      ((1000 * ms) / count).toFixed(1),
    ]),
  ]);
}

function nameOf({
  functionName,
  url,
  lineNumber,
}: {
  functionName: string;
  url: string;
  lineNumber: number;
}) {
  const name = functionName || '(anonymous)';
  if (!url) return name;
  const path = url.startsWith('file:') ? relative(PROJECT, fileURLToPath(url)) : url;
  // tsx puts a file on one line: its number would say nothing.
  const line = /\.tsx?$/.test(path) ? '' : `:${lineNumber + 1}`;
  return `${name} ${path.replace(/^.*node_modules\//, '')}${line}`;
}
