import { lockPictures } from '../db/picture.ts';
import type { Db } from '../db/pool.ts';
import { AppError } from '../domain/errors.ts';
import { PICTURE_FIELDS, type PictureField, pictureHash } from '../domain/picture.ts';

/** Throws `invalid_input` where an event would show an uploaded picture that is not there, or not any more. */
export async function requirePictures(
  db: Db,
  pictures: { readonly [Field in PictureField]?: string | null | undefined },
): Promise<void> {
  const asked = Object.values(PICTURE_FIELDS).flatMap((field) => {
    const hash = pictureHash(pictures[field]);
    return hash ? [{ field, hash }] : [];
  });
  if (asked.length === 0) return;
  const there = await lockPictures(
    db,
    asked.map(({ hash }) => hash),
  );
  const missing = asked.filter(({ hash }) => !there.has(hash));
  if (missing.length === 0) return;
  throw new AppError('invalid_input', 'There is no such picture: upload it first.', {
    errors: missing.map(({ field }) => ({
      path: field,
      message: 'is no picture that was uploaded, or none that is still there: upload it again',
    })),
  });
}
