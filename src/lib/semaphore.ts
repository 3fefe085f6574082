/**
 * Lets `count` pieces of work run at the same time; the others wait in their order. Where `mostWaiting` wait already, the next one is
 * refused with what `full` makes.
 */
export function createSemaphore(
  count: number,
  { mostWaiting, full }: { readonly mostWaiting: number; readonly full: () => Error },
): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (work) => {
    if (free > 0) free--;
    else if (waiting.length >= mostWaiting) throw full();
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
