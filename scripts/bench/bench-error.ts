/** A benchmark that could not be measured: `message` says what happened and what the processes said. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}
