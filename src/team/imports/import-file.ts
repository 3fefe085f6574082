import type { Context } from 'hono';
import type { ColumnChoices } from '../../actions/import-registrants.ts';
import { checkImportHeaders, receiveBody } from '../../api/import-body.ts';
import { AppError } from '../../domain/errors.ts';
import { ENCODING_NAMES, type Encoding } from '../../domain/import/encoding.ts';
import { TARGETS } from '../../domain/import/targets.ts';

/** Of a form, which is kept in memory until its file is read. */
export const FORM_LIMIT = 20 * 1024 * 1024;
/** Of a form's other fields, and of what stands around each. */
const FORM_OVERHEAD = 64 * 1024;

export interface ImportRequest {
  readonly step: 'check' | 'import';
  readonly sendConfirmation: boolean;
  /** Null: its bytes tell. */
  readonly encoding: Encoding | null;
  /** What was chosen for the columns of a file that was looked at before. */
  readonly choices: ColumnChoices | null;
  readonly file: AsyncIterable<Uint8Array>;
}

/**
 * What somebody chose and what is to be done with it: sent by the page's script, the file is the body, and is read as
 * it arrives; sent by the form it is one of its fields. Throws `invalid_input` where no file was chosen, `too_large`,
 * `malformed` and `unsupported_media_type`.
 */
export async function receiveImport(c: Context): Promise<ImportRequest> {
  const type = c.req.header('content-type') ?? '';
  if (!/^multipart\/form-data/i.test(type)) {
    checkImportHeaders(c.req.raw.headers);
    return { ...wishes(Object.entries(c.req.query())), file: receiveBody(c.req.raw.body, null) };
  }
  if (Number(c.req.header('content-length') ?? 0) > FORM_LIMIT + FORM_OVERHEAD) throw formTooLarge();
  const body = receiveBody(c.req.raw.body, null, {
    limit: FORM_LIMIT + FORM_OVERHEAD,
    tooLarge: formTooLarge,
  });
  const form = await new Response(ReadableStream.from(body), { headers: { 'content-type': type } })
    .formData()
    .catch((cause: Error) => {
      const known = [cause, cause.cause].find((error) => error instanceof AppError);
      throw known ?? new AppError('malformed', 'The form could not be read.', { cause });
    });
  const file = form.get('file');
  // Browsers send a nameless empty one where none was chosen.
  if (!(file instanceof File) || (file.name === '' && file.size === 0))
    throw new AppError('invalid_input', 'Choose a file first.');
  const texts = [...form].flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  return { ...wishes(texts), file: receiveBody(file.stream(), null) };
}

function wishes(entries: readonly (readonly [name: string, value: string])[]) {
  const values = new Map(entries);
  const signature = values.get('signature');
  const targets = new Map(
    entries.flatMap(([name, value]) => {
      const place = /^column-(\d{1,4})$/.exec(name)?.[1];
      const target = TARGETS.find((each) => each === value);
      return place !== undefined && target ? [[Number(place), target] as const] : [];
    }),
  );
  return {
    step: values.get('step') === 'import' ? 'import' : 'check',
    sendConfirmation: values.get('sendConfirmation') === 'yes',
    encoding: ENCODING_NAMES.find((name) => name === values.get('encoding')) ?? null,
    choices: signature ? { signature, targets } : null,
  } as const;
}

function formTooLarge(): AppError {
  return new AppError(
    'too_large',
    'The file is larger than 20 MiB, the limit without JavaScript. Nothing was imported.',
  );
}
