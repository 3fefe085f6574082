import type { Readable } from 'node:stream';

/** How slowly somebody may read. */
export interface Pace {
  /** In milliseconds, from the first byte to the last. */
  readonly totalMs: number;
  /** In each span of so many milliseconds at least so many bytes are taken. */
  readonly spanMs: number;
  readonly spanBytes: number;
}

/**
 * The bytes for a client, as fast as it takes them. Frees what stands behind them as soon as nobody reads on, nobody ever began to, or
 * somebody reads so slowly that they only keep others out.
 */
export function paced(bytes: Readable, { totalMs, spanMs, spanBytes }: Pace): ReadableStream<Uint8Array> {
  const giveUp = (reason: string) => bytes.destroy(new Error(reason));
  let taken = 0;
  const span = setInterval(() => {
    if (taken < spanBytes) giveUp('The download stalled, or was too slow.');
    taken = 0;
  }, spanMs);
  const total = setTimeout(() => giveUp('The download took too long.'), totalMs);
  bytes.once('close', () => {
    clearInterval(span);
    clearTimeout(total);
  });
  const chunks: AsyncIterator<Uint8Array> = bytes[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // The server tells the client why, where it can still tell anything: not in the database's words.
        const { done, value } = await chunks.next().catch(() => {
          throw new Error('The download broke off.');
        });
        if (done) controller.close();
        else {
          taken += value.length;
          controller.enqueue(value);
        }
      },
      cancel() {
        bytes.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
