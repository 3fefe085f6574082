import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildBundles } from '../build/bundle.ts';
import { BenchError } from './bench-error.ts';
import { type Lab, withDatabase } from './lab.ts';
import { allRecorded } from './measure-delivery.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { watchMemory } from './resident-memory.ts';
import { seedDelivery } from './seed.ts';

const COUNT = 20_000;
/** After the start a process settles; from then on it is at rest. */
const SETTLE_MS = 3_000;
const REST_MS = 5_000;

/** Peak resident memory of server and worker, the bundles, while the worker delivers, against the same at rest. */
export async function benchMemory(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const bundles = join(lab.folder, 'bundles');
  await buildBundles(bundles);
  const { rest, busy } = await withDatabase(lab, async (database) => {
    const worker = lab.startWorker(database, { entry: join(bundles, 'worker.mjs') });
    const server = await lab.startServer(database, { entry: join(bundles, 'server.mjs') });
    await worker.says('worker ready');
    const watch = () => {
      const watches = { server: watchMemory(server.child.pid), worker: watchMemory(worker.pid) };
      return { stop: () => ({ server: watches.server.stop(), worker: watches.worker.stop() }) };
    };
    await delay(SETTLE_MS);
    const atRest = watch();
    await delay(REST_MS);
    const rest = atRest.stop();
    await lab.sink.begin({ delayMs: options.delayMs });
    const atWork = watch();
    await seedDelivery(database, count);
    await allRecorded(lab, database, count, [worker]);
    const busy = atWork.stop();
    if (server.child.hasEnded()) throw new BenchError(`The server ended. It said:\n${server.child.output()}`);
    await Promise.all([worker.stop(), server.child.stop()]);
    return { rest, busy };
  });
  return {
    bench: 'memory',
    table: [
      ['MiB resident', 'at rest', 'peak', 'over rest'],
      ...(['server', 'worker'] as const).map((part) => [
        part,
        whole(rest[part]),
        whole(busy[part]),
        whole(busy[part] - rest[part]),
      ]),
    ],
    figures: {
      count,
      serverRestMiB: rest.server,
      serverPeakMiB: busy.server,
      workerRestMiB: rest.worker,
      workerPeakMiB: busy.worker,
    },
    ratios: { workerToRest: busy.worker / rest.worker },
    targets: { serverPeakMiB: { atMost: 170 }, workerPeakMiB: { atMost: 170 } },
    notes: [
      'The bundles, as the launcher starts them. Some 57 MiB of each are Node’s own program, which all processes of a machine share.',
    ],
  };
}
