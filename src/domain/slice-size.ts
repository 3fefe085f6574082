/** How long a slice may hold its locks, in milliseconds; the machine may be slower in the next one. */
const AIM_MS = 300;
const [SMALLEST, LARGEST] = [50, 5_000];

/** How many rows the next slice is to take, by what the last one took. */
export function nextSliceSize(size: number, tookMs: number, largest = LARGEST): number {
  // It grows with care: what is read for the first time takes longer.
  const wanted = size * Math.min(2, AIM_MS / Math.max(1, tookMs));
  return Math.round(Math.min(largest, Math.max(SMALLEST, wanted)));
}
