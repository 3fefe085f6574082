import type { Context } from 'hono';
import { insertPicture } from '../../db/picture.ts';
import { AppError, type FieldError } from '../../domain/errors.ts';
import { PICTURE_KINDS, type PictureKind, picturePath } from '../../domain/picture.ts';
import { readForm } from '../../http/forms.ts';
import type { ReadPicture } from '../../pictures/read-picture.ts';
import { type ReceivedFile, receiveForm, TOO_LARGE } from '../../pictures/receive-picture.ts';
import { inTurn, readInTurn } from '../../pictures/uploads.ts';
import type { TeamDependencies } from '../frame.ts';
import type { TeamEnv } from '../session.ts';
import { pictureInputs } from './picture-inputs.ts';

/** A form of an event as it was sent. */
export interface ReceivedEventForm {
  readonly form: Readonly<Record<string, string>>;
  /** What is wrong with its files, at the fields that they are for. */
  readonly refused: readonly FieldError[];
}

type Keeping = Pick<TeamDependencies, 'pool' | 'limits' | 'now'>;

/**
 * Reads the form of an event. A picture that comes with it is kept at once, and its path stands in the form in its place: whatever
 * else is wrong, nobody chooses it a second time. One that no event takes is deleted a day later.
 */
export async function receiveEventForm(
  c: Context<TeamEnv>,
  dependencies: Keeping,
): Promise<ReceivedEventForm> {
  if (!isMultipart(c)) return { form: await readForm(c), refused: [] };
  return inTurn(async () => {
    const names = PICTURE_KINDS.map((kind) => pictureInputs(kind).file);
    const { texts, files } = await receiveForm(c, names);
    const form: Record<string, string | undefined> = { ...texts };
    const refused: FieldError[] = [];
    for (const kind of PICTURE_KINDS) {
      const inputs = pictureInputs(kind);
      const file = files.get(inputs.file);
      if (file === undefined) continue;
      try {
        const { hash } = await keepPicture(c, dependencies, kind, file);
        Object.assign(form, { [inputs.kept]: picturePath(hash), [inputs.address]: '', [inputs.remove]: '' });
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'invalid_input') throw error;
        refused.push(...error.errors.map(({ message }) => ({ path: inputs.address, message })));
      }
    }
    return { form: form as Record<string, string>, refused };
  });
}

/** A single picture, sent as the field `file` by the script of the form. Throws `invalid_input`. */
export function receiveOnePicture(
  c: Context<TeamEnv>,
  dependencies: Keeping,
  kind: PictureKind,
): Promise<ReadPicture> {
  return inTurn(async () => {
    const { files } = await receiveForm(c, ['file']);
    const file = files.get('file');
    if (file === undefined) throw new AppError('invalid_input', 'Choose a file first.');
    return keepPicture(c, dependencies, kind, file);
  });
}

async function keepPicture(
  c: Context<TeamEnv>,
  { pool, limits, now }: Keeping,
  kind: PictureKind,
  file: ReceivedFile,
): Promise<ReadPicture> {
  if (file === null)
    throw new AppError('invalid_input', `The picture ${TOO_LARGE}.`, {
      errors: [{ path: '', message: TOO_LARGE }],
    });
  await limits.picturesByActor.take(`team_member:${c.var.session.member.id}`);
  const picture = await readInTurn(file, kind, '');
  await insertPicture(pool, picture, now());
  return picture;
}

/** Whether a form brings files: its body has a limit of its own. */
export function isMultipart(c: Context): boolean {
  return /^multipart\/form-data\b/i.test(c.req.header('content-type') ?? '');
}
