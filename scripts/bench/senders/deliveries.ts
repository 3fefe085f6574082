import { readFileSync } from 'node:fs';
import { monotonicMs } from '../clock.ts';
import type { SignedDelivery } from '../signed-deliveries.ts';

/** The signed deliveries that the benchmark left in a file. */
export function readDeliveries(file: string): SignedDelivery[] {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Does `work` with each, so many at a time, and tells how many seconds that took: the last line of the output. */
export async function timeEach<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => unknown,
): Promise<void> {
  let next = 0;
  const startedAt = monotonicMs();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
    }),
  );
  process.stdout.write(`\n${(monotonicMs() - startedAt) / 1000}\n`);
}
