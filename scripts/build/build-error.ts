/** A bundle that cannot be made. `message` says what to do. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}
