import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { Context } from 'hono';
import { missingBody, receiveBody } from '../api/import-body.ts';
import { AppError } from '../domain/errors.ts';
import { PICTURE_LIMIT, PICTURE_TYPES } from '../domain/picture.ts';
import { requirePlainText } from '../http/plain-text.ts';

const MEBIBYTE = 1024 * 1024;

/** A form's fields beside its files, together: thirty fields in seven languages are long. */
const TEXT_LIMIT = 2 * MEBIBYTE;
/**
 * So much of a body is read. Of a file that is too large no more is kept than it may have: the rest is passed over, as many programs
 * hear no answer before they have said all.
 */
const BODY_LIMIT = 64 * 1024 * 1024;
/** Whoever is slower than this keeps others waiting. */
const PATIENCE_MS = 3 * 60_000;

export const TOO_LARGE = `is larger than ${PICTURE_LIMIT / MEBIBYTE} MB: make it smaller`;

/** A file of a form; null: it is larger than a picture may be. */
export type ReceivedFile = Buffer | null;

export interface ReceivedForm {
  readonly texts: Readonly<Record<string, string>>;
  /** By the name of their field, those that something was chosen for. */
  readonly files: ReadonlyMap<string, ReceivedFile>;
}

/**
 * What an API request brings: the picture as its body, or as the field `file` of a form. Throws `too_large`,
 * `unsupported_media_type`, `malformed` and `invalid_input`.
 */
export async function receivePicture(c: Context): Promise<Buffer> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if ((c.req.header('content-encoding') ?? 'identity') !== 'identity')
    throw new AppError('unsupported_media_type', 'Send the picture as it is, without a Content-Encoding.');
  if (type === 'multipart/form-data') {
    const { files } = await receiveForm(c, ['file']);
    const file = files.get('file');
    if (file === undefined)
      throw new AppError(
        'invalid_input',
        'Send the picture as the field `file` of the form: it is missing.',
        {
          errors: [{ path: 'file', message: 'is missing' }],
        },
      );
    if (file === null) throw tooLarge();
    return file;
  }
  if (!/^image\/[\w.+-]+$/.test(type) && type !== 'application/octet-stream') {
    if (await isEmpty(c)) throw missing();
    throw new AppError(
      'unsupported_media_type',
      `Send the picture as the body with its type as \`Content-Type\` (${PICTURE_TYPES.join(', ')}), or as the field \`file\` of a \`multipart/form-data\` form.`,
    );
  }
  if (Number(c.req.header('content-length') ?? 0) > BODY_LIMIT) throw tooLarge();
  const body = receiveBody(c.req.raw.body, null, { limit: BODY_LIMIT, tooLarge });
  let chunks: Uint8Array[] | null = [];
  let bytes = 0;
  await withPatience(async (signal) => {
    for await (const chunk of body) {
      signal.throwIfAborted();
      bytes += chunk.length;
      if (bytes > PICTURE_LIMIT) chunks = null;
      chunks?.push(chunk);
    }
  });
  if (!chunks) throw tooLarge();
  const file = Buffer.concat(chunks);
  if (file.length === 0) throw missing();
  return file;
}

async function isEmpty(c: Context): Promise<boolean> {
  for await (const chunk of receiveBody(c.req.raw.body, null)) if (chunk.length > 0) return false;
  return true;
}

function missing(): AppError {
  return missingBody('Send the picture as the body: it is missing.');
}

/**
 * A form with files (`multipart/form-data`), read as it arrives: what is too large of a file, and files of other names than `names`,
 * are passed over, and the rest of the form is there. Throws `malformed`, `too_large` (the whole, or its texts) and
 * `invalid_input` (texts that are no plain text).
 */
export async function receiveForm(c: Context, names: readonly string[]): Promise<ReceivedForm> {
  if (Number(c.req.header('content-length') ?? 0) > BODY_LIMIT) throw formTooLarge();
  const texts: [string, string][] = [];
  const files = new Map<string, ReceivedFile>();
  let textBytes = 0;
  const parser = createParser(c.req.header('content-type') ?? '');
  parser.on('field', (name, value, isNameCut, isValueCut) => {
    textBytes += name.length + Buffer.byteLength(value);
    if (isNameCut || isValueCut || textBytes > TEXT_LIMIT) parser.destroy(textsTooLarge());
    else texts.push([name, value]);
  });
  for (const limit of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const)
    parser.on(limit, () => parser.destroy(textsTooLarge()));
  parser.on('file', (name, stream, filename) => {
    if (names.includes(name) && !files.has(name)) keep(name, stream, filename ?? '');
    else stream.resume();
  });

  function keep(name: string, stream: BusboyFileStream, filename: string): void {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('limit', () => {
      chunks.length = 0;
    });
    stream.on('end', () => {
      const bytes = Buffer.concat(chunks);
      // Browsers send a nameless empty one where none was chosen.
      if (stream.truncated) files.set(name, null);
      else if (filename !== '' || bytes.length > 0) files.set(name, bytes);
    });
  }

  const body = receiveBody(c.req.raw.body, null, { limit: BODY_LIMIT, tooLarge: formTooLarge });
  await withPatience((signal) => pipeline(Readable.from(body), parser, { signal })).catch((cause: Error) => {
    throw cause instanceof AppError
      ? cause
      : new AppError('malformed', 'The form could not be read.', { cause });
  });
  requirePlainText(texts);
  return { texts: Object.fromEntries(texts), files };
}

function createParser(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { fileSize: PICTURE_LIMIT, fieldSize: TEXT_LIMIT, fields: 2_000, files: 10, parts: 2_010 },
    });
  } catch (cause) {
    throw new AppError('malformed', 'The form could not be read.', { cause });
  }
}

async function withPatience(work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const clock = new AbortController();
  const slow = new AppError(
    'malformed',
    'The picture took too long to arrive: try again, or make it smaller.',
  );
  const timer = setTimeout(() => clock.abort(slow), PATIENCE_MS);
  try {
    await work(clock.signal);
  } catch (error) {
    throw clock.signal.aborted ? slow : error;
  } finally {
    clearTimeout(timer);
  }
}

function tooLarge(): AppError {
  return new AppError('too_large', `The picture ${TOO_LARGE}.`);
}

function formTooLarge(): AppError {
  return new AppError(
    'too_large',
    `The form is larger than ${BODY_LIMIT / MEBIBYTE} MB: choose smaller pictures.`,
  );
}

function textsTooLarge(): AppError {
  return new AppError('too_large', 'The form’s fields are larger than 2 MiB.');
}
