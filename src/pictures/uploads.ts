import { AppError } from '../domain/errors.ts';
import type { PictureKind } from '../domain/picture.ts';
import { createSemaphore } from '../lib/semaphore.ts';
import { type ReadPicture, readPicture } from './read-picture.ts';

// Uploads are rare and large. What they take of a process's memory is bounded here, however many come at once: the files of a few of
// them, and what one picture needs while it is decoded.

/** So many uploads are received at the same time; the bodies of the others stay where they are. */
const receiving = createSemaphore(4, {
  mostWaiting: 60,
  full: () =>
    new AppError('too_many_requests', 'Too many pictures are being uploaded: try again later.', {
      retryAfter: 10,
    }),
});
const reading = createSemaphore(1, { mostWaiting: Number.POSITIVE_INFINITY, full: () => new Error() });

/** Receives an upload and does with it what is to be done, when it is its turn. Throws `too_many_requests`. */
export function inTurn<T>(receive: () => Promise<T>): Promise<T> {
  return receiving(receive);
}

/** `readPicture`, one at a time. */
export function readInTurn(file: Buffer, kind: PictureKind, path: string): Promise<ReadPicture> {
  return reading(() => readPicture(file, kind, path));
}
