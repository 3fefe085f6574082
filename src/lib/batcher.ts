import { setTimeout as delay, setImmediate } from 'node:timers/promises';

/**
 * Writes things in batches: what comes while a batch is being written makes the next one, up to `most` at a time. With
 * `waitMs` each batch also waits so many milliseconds for others to join it. A statement for a batch costs little more
 * than one for a single thing. Each caller waits for its own batch, and gets its error where that fails.
 */
export function createBatcher<Item>(
  write: (batch: readonly Item[]) => Promise<void>,
  { most, waitMs }: { readonly most: number; readonly waitMs?: number },
): (item: Item) => Promise<void> {
  let waiting: { item: Item; done: () => void; failed: (error: unknown) => void }[] = [];
  let running = false;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      // Whatever comes in the same turn of the event loop goes together.
      await (waitMs ? delay(waitMs) : setImmediate());
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        await write(batch.map(({ item }) => item));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    running = false;
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      if (running) return;
      running = true;
      void run();
    });
}
