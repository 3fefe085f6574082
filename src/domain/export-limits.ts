import type { ExportFailure } from './export-failure.ts';

/** Rows that a sheet of Excel holds beside its first line. */
export const MAX_SHEET_ROWS = 1_048_575;
/** Postgres gives at most 1,664 columns; the statement needs some of its own. */
export const MAX_FILE_COLUMNS = 1_600;
/** Larger files are not attached but linked: base64 makes ten megabytes of seven, and some inboxes take no more. */
export const MAX_ATTACHED_BYTES = 7_000_000;

/** The file cannot be made, and a second attempt would end the same way. */
export class ExportImpossible extends Error {
  override readonly name = 'ExportImpossible';
  readonly failure: ExportFailure;

  constructor(failure: ExportFailure) {
    super(`the export cannot be made: ${failure}`);
    this.failure = failure;
  }
}
