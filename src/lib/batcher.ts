import { setTimeout as delay } from 'node:timers/promises';

/**
 * Writes things down in groups: what comes within `waitMs` of the first, up to `most` at a time, one group after the
 * other. A statement for a group costs little more than one for a single thing. Each caller waits for its own group,
 * and gets its error where that fails.
 */
export function createBatcher<Item>(
  write: (group: readonly Item[]) => Promise<void>,
  { waitMs, most }: { readonly waitMs: number; readonly most: number },
): (item: Item) => Promise<void> {
  let waiting: { item: Item; done: () => void; failed: (error: unknown) => void }[] = [];
  let running = false;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      await delay(waitMs);
      const group = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        await write(group.map(({ item }) => item));
        for (const { done } of group) done();
      } catch (error) {
        for (const { failed } of group) failed(error);
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
