import { expect, it } from 'vitest';
import { createBatcher } from '../../src/lib/batcher.ts';

/** A writer whose batches end when they are told to. */
function openWriter() {
  const batches: { readonly items: readonly number[]; readonly end: (error?: Error) => void }[] = [];
  const heard: (() => void)[] = [];
  return {
    batches,
    write: (items: readonly number[]) =>
      new Promise<void>((resolve, reject) => {
        batches.push({ items, end: (error) => (error ? reject(error) : resolve()) });
        for (const hear of heard.splice(0)) hear();
      }),
    /** Resolves once so many have begun. */
    async begun(count: number) {
      while (batches.length < count) await new Promise<void>((resolve) => heard.push(resolve));
    },
  };
}

it('what comes while a batch is written makes the next one', async () => {
  const writer = openWriter();
  const add = createBatcher(writer.write, { most: 10, waitMs: 0 });
  const first = add(1);
  await writer.begun(1);
  const others = [add(2), add(3)];
  writer.batches[0]?.end();
  await first;
  await writer.begun(2);
  writer.batches[1]?.end();
  await Promise.all(others);
  expect(writer.batches.map(({ items }) => items)).toEqual([[1], [2, 3]]);
});

it('where two are written at once the third waits until one of them has ended, and each caller has its own batch’s end', async () => {
  const writer = openWriter();
  const add = createBatcher(writer.write, { most: 10, waitMs: 0, atOnce: 2 });
  const first = add(1);
  await writer.begun(1);
  const second = add(2);
  await writer.begun(2);
  const third = add(3);
  writer.batches[1]?.end(new Error('no'));
  await expect(second).rejects.toThrow('no');
  await writer.begun(3);
  expect(writer.batches.map(({ items }) => items)).toEqual([[1], [2], [3]]);
  writer.batches[2]?.end();
  await third;
  writer.batches[0]?.end();
  await first;
});

it('a batch has no more than its most, however long it waits while more come', async () => {
  const sizes: number[] = [];
  const add = createBatcher<number>(async (items) => void sizes.push(items.length), {
    ...{ most: 3, waitMs: 1, longestWaitMs: 1_000_000, paceMs: 1 },
  });
  await Promise.all(Array.from({ length: 7 }, (_, i) => add(i)));
  expect(sizes).toEqual([3, 3, 1]);
});
