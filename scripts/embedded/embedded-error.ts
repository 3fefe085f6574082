/** Something about the embedded parts that the person at the terminal can correct: `message` is one sentence that says how. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
}
