import type { Priority } from '../../src/domain/message.ts';
import { PriorityQueue } from '../../src/providers/priority-queue.ts';

export interface Slot {
  release(): void;
}

export type Slots = ReturnType<typeof createSlots>;

/** So many may do something at the same time; the others wait, `urgent` before `bulk`. */
export function createSlots(count: number) {
  const waiting = new PriorityQueue<{ readonly priority: Priority; readonly go: () => void }>();
  let free = count;
  const slot: Slot = {
    release() {
      const next = waiting.take();
      if (next) next.go();
      else free++;
    },
  };
  return {
    /** Resolves when one is free. */
    async take(priority: Priority): Promise<Slot> {
      if (free > 0) free--;
      else await new Promise<void>((go) => waiting.add({ priority, go }));
      return slot;
    },
  };
}
