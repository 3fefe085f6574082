import { Hono } from 'hono';
import { AppError, HTTP_STATUS } from '../../domain/errors.ts';
import { PICTURE_KINDS, picturePath } from '../../domain/picture.ts';
import type { TeamDependencies } from '../frame.ts';
import type { TeamEnv } from '../session.ts';
import { PICTURE_LABELS } from './picture-field.tsx';
import { receiveOnePicture } from './picture-form.ts';

/** Takes a picture before its form is sent: `{ "url", "isSoft" }`, or `{ "message" }` where it is refused. */
export function pictureRoutes(dependencies: TeamDependencies) {
  const router = new Hono<TeamEnv>();

  router.post('/team/pictures/:kind', async (c) => {
    const kind = PICTURE_KINDS.find((known) => known === c.req.param('kind'));
    if (!kind) throw new AppError('not_found', 'There is no such picture.');
    try {
      const { hash, isSoft } = await receiveOnePicture(c, dependencies, kind);
      return c.json({ url: picturePath(hash), isSoft });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const [first] = error.errors;
      const message = first ? `${PICTURE_LABELS[kind]} ${first.message}.` : error.message;
      if (error.retryAfter !== undefined) c.header('Retry-After', String(error.retryAfter));
      return c.json({ message }, HTTP_STATUS[error.code]);
    }
  });

  return router;
}
