import { setTimeout as delay } from 'node:timers/promises';
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

/** Peak resident memory of server and worker while the worker delivers, against the same at rest. */
export async function benchMemory(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const { rest, busy } = await withDatabase(lab, async (database) => {
    const worker = lab.startWorker(database);
    const server = await lab.startServer(database);
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
    targets: { workerPeakMiB: { atMost: 250 } },
    notes: [],
  };
}
