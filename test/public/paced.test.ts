import { once } from 'node:events';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { paced } from '../../src/public/downloads/paced.ts';

const HOUR = 3_600_000;
/** A file without an end, a byte a chunk. */
const endless = () =>
  Readable.from(
    (function* () {
      for (;;) yield Buffer.from('x');
    })(),
    { objectMode: false, highWaterMark: 1 },
  );

/** Why what stands behind the bytes was freed. */
async function freed(bytes: Readable): Promise<unknown> {
  if (!bytes.destroyed) await once(bytes, 'close').catch(() => undefined);
  return bytes.errored?.message;
}

it('somebody who reads gets the whole file', async () => {
  const file = Buffer.alloc(300_000, 'x');
  const bytes = Readable.from([file.subarray(0, 100_000), file.subarray(100_000)], { objectMode: false });
  const pace = { totalMs: HOUR, spanMs: HOUR, spanBytes: 1 };
  expect(Buffer.from(await new Response(paced(bytes, pace)).arrayBuffer())).toEqual(file);
  expect(await freed(bytes)).toBeUndefined();
});

it('somebody who never begins to read keeps nobody out', async () => {
  const bytes = endless();
  bytes.on('error', () => undefined);
  paced(bytes, { totalMs: HOUR, spanMs: 10, spanBytes: 1 });
  expect(await freed(bytes)).toBe('The download stalled, or was too slow.');
});

it('somebody who takes a byte now and then keeps nobody out', async () => {
  const bytes = endless();
  bytes.on('error', () => undefined);
  const reader = paced(bytes, { totalMs: HOUR, spanMs: 20, spanBytes: 1_000_000 }).getReader();
  const ended = freed(bytes);
  // As many reads as it lets them: each of them is less than what a span asks for.
  await expect(
    (async () => {
      for (;;) {
        await reader.read();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })(),
  ).rejects.toThrow('The download broke off.');
  expect(await ended).toBe('The download stalled, or was too slow.');
});

it('somebody who reads for too long in all keeps nobody out', async () => {
  const bytes = endless();
  bytes.on('error', () => undefined);
  const reader = paced(bytes, { totalMs: 50, spanMs: HOUR, spanBytes: 0 }).getReader();
  const ended = freed(bytes);
  await expect(
    (async () => {
      for (;;) {
        await reader.read();
        await new Promise((resolve) => setImmediate(resolve));
      }
    })(),
  ).rejects.toThrow('The download broke off.');
  expect(await ended).toBe('The download took too long.');
});

it('somebody who goes away frees it at once', async () => {
  const bytes = endless();
  const stream = paced(bytes, { totalMs: HOUR, spanMs: HOUR, spanBytes: 1 });
  await stream.cancel();
  expect(await freed(bytes)).toBeUndefined();
  expect(bytes.destroyed).toBe(true);
});
