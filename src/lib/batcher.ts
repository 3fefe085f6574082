interface BatcherOptions {
  /** Things in one batch, at most. */
  readonly most: number;
  /** In milliseconds: so long a batch waits for more to join it. */
  readonly waitMs: number;
  /** And again as long as more have come meanwhile, so long in all at most; left out: once. */
  readonly longestWaitMs?: number;
  /** In milliseconds: so long after the batch before it began one begins at the earliest. */
  readonly paceMs?: number;
  /** With so many it waits no longer; left out: it always waits. */
  readonly enough?: number;
  /** Batches that are written at the same time, at most; left out: one. */
  readonly atOnce?: number;
}

interface Waiting<Item> {
  readonly item: Item;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Writes things in batches, one after the other, or so many at once: what comes meanwhile makes the next one. A statement for a
 * batch costs little more than one for a single thing. Each caller waits for its own batch, and gets its error where
 * that fails.
 */
export function createBatcher<Item>(
  write: (batch: readonly Item[]) => Promise<void>,
  options: BatcherOptions,
): (item: Item) => Promise<void> {
  const { most, waitMs, longestWaitMs = waitMs, paceMs = 0, enough = Number.POSITIVE_INFINITY } = options;
  const { atOnce = 1 } = options;
  let waiting: Waiting<Item>[] = [];
  const writing = new Set<Promise<void>>();
  let isRunning = false;
  let stopWaiting: (() => void) | undefined;
  let beganAt = Number.NEGATIVE_INFINITY;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      while (writing.size >= atOnce) await Promise.race(writing);
      await gather();
      beganAt = performance.now();
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      const written = writeAll(batch).then(() => void writing.delete(written));
      writing.add(written);
    }
    isRunning = false;
  }

  async function writeAll(batch: readonly Waiting<Item>[]): Promise<void> {
    try {
      await write(batch.map(({ item }) => item));
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }

  async function gather(): Promise<void> {
    const since = performance.now();
    let [waitFor, had] = [Math.max(waitMs, beganAt + paceMs - since), 0];
    while (waiting.length < enough && waiting.length > had) {
      had = waiting.length;
      await orEnough(waitFor);
      waitFor = waitMs;
      if (performance.now() + waitMs > since + longestWaitMs) return;
    }
  }

  /** Resolves after so long, or when there are enough. */
  function orEnough(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      stopWaiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      if (waiting.length >= enough) stopWaiting?.();
      if (isRunning) return;
      isRunning = true;
      void run();
    });
}
