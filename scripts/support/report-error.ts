import { ConfigError } from '../../src/config.ts';
import { MigrationError } from '../../src/db/migration-error.ts';
import { EmbeddedError } from '../embedded/embedded-error.ts';

/** Writes one line that says what to do; the whole stack only of errors that the reader cannot fix. */
export function reportError(error: unknown): void {
  process.stderr.write(`${describe(error)}\n`);
}

function describe(error: unknown): string {
  if (error instanceof ConfigError || error instanceof EmbeddedError || error instanceof MigrationError)
    return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
