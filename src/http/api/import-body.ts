import type { Hash } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';

export const IMPORT_LIMIT = 100 * 1024 * 1024;

/**
 * The body of an import as it arrives, counted and hashed on the way. Throws `tooLarge` past the limit and `malformed`
 * where the client went away in the middle.
 */
export async function* receiveBody(
  stream: ReadableStream<Uint8Array> | null,
  hash: Hash | null,
  { limit = IMPORT_LIMIT, tooLarge = tooLargeInTheMiddle } = {},
): AsyncGenerator<Uint8Array> {
  if (!stream) return;
  let bytes = 0;
  const chunks = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await chunks.next().catch((cause: Error) => {
        throw new AppError('malformed', 'The body broke off before its end.', { cause });
      });
      if (done) return;
      bytes += value.length;
      if (bytes > limit) throw tooLarge();
      hash?.update(value);
      yield value;
    }
  } finally {
    await chunks.return?.().catch(() => undefined);
  }
}

/** Throws `unsupported_media_type` and, where the header says so much, `too_large`: before anything is written. */
export function checkImportHeaders(headers: Headers): void {
  const [type, ...parameters] = (headers.get('content-type') ?? '').toLowerCase().split(';');
  const charset =
    parameters.map((p) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(p)?.[1]).find(Boolean) ?? 'utf-8';
  if (type?.trim() !== 'text/csv' || !['utf-8', 'utf8', 'us-ascii'].includes(charset))
    throw new AppError('unsupported_media_type', 'Send CSV in UTF-8: `Content-Type: text/csv`.');
  if ((headers.get('content-encoding') ?? 'identity') !== 'identity')
    throw new AppError('unsupported_media_type', 'Send the file as it is, without a Content-Encoding.');
  if (Number(headers.get('content-length') ?? 0) > IMPORT_LIMIT) throw fileTooLarge('Nothing was imported.');
}

/** Of a request that needs one. */
export function missingBody(message: string): AppError {
  return new AppError('invalid_input', message, { errors: [{ path: '', message: 'is missing' }] });
}

function tooLargeInTheMiddle(): AppError {
  return fileTooLarge('Rows up to there may have been imported: send the rest as a file of its own.');
}

function fileTooLarge(what: string): AppError {
  return new AppError('too_large', `The file is larger than 100 MiB. ${what}`);
}
