import { expect, it } from 'vitest';
import { createSemaphore } from '../../src/lib/semaphore.ts';

const full = () => new Error('full');

it('lets so many work at the same time, and the others in their order', async () => {
  const run = createSemaphore(2, { mostWaiting: 10, full });
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work = [0, 1, 2, 3].map((number) =>
    run(async () => {
      begun.push(number);
      await new Promise<void>((end) => ends.push(end));
      return number;
    }),
  );
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  await work[1];
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  ends[0]?.();
  await work[0];
  await expect.poll(() => begun).toEqual([0, 1, 2, 3]);
  for (const end of ends) end();
  expect(await Promise.all(work)).toEqual([0, 1, 2, 3]);
});

it('goes on after work that failed, and refuses whoever would be one too many', async () => {
  const run = createSemaphore(1, { mostWaiting: 1, full });
  let fail: (error: Error) => void = () => undefined;
  const first = run(() => new Promise<never>((_, reject) => (fail = reject)));
  const second = run(async () => 'done');
  await expect(run(async () => 'never')).rejects.toThrow('full');
  fail(new Error('failed'));
  await expect(first).rejects.toThrow('failed');
  expect(await second).toBe('done');
  expect(await run(async () => 'again')).toBe('again');
});
