import type { Hash } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import { ENCODING_NAMES, type Encoding } from '../domain/import/encoding.ts';

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

/** What a charset says that the bytes do not: many programs say UTF-8 of whatever they send. */
const TOLD_BY_BYTES = new Set(['utf-8', 'utf8', 'us-ascii', 'utf-16']);

/**
 * The encoding that the Content-Type names; null where the bytes are to tell. Throws `unsupported_media_type` and, where
 * the header says so much, `too_large`: before anything is written.
 */
export function checkImportHeaders(headers: Headers): Encoding | null {
  const [type, ...parameters] = (headers.get('content-type') ?? '').toLowerCase().split(';');
  const charset = parameters.map((p) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(p)?.[1]).find(Boolean);
  const encoding = charset === undefined || TOLD_BY_BYTES.has(charset) ? null : encodingOf(charset);
  if (type?.trim() !== 'text/csv' || encoding === undefined)
    throw new AppError(
      'unsupported_media_type',
      `Send CSV: \`Content-Type: text/csv\`; as charset one of ${ENCODING_NAMES.join(', ')}, or none.`,
    );
  if ((headers.get('content-encoding') ?? 'identity') !== 'identity')
    throw new AppError('unsupported_media_type', 'Send the file as it is, without a Content-Encoding.');
  if (Number(headers.get('content-length') ?? 0) > IMPORT_LIMIT) throw fileTooLarge('Nothing was imported.');
  return encoding;
}

/** By any of its names: `latin1` is read as windows-1252, as on the web. */
function encodingOf(charset: string): Encoding | undefined {
  try {
    const label = new TextDecoder(charset).encoding;
    return ENCODING_NAMES.find((name) => name === label);
  } catch {
    return undefined;
  }
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
