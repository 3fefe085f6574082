import { createHash } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { eventNotFound } from '../actions/event.ts';
import { setPicture } from '../actions/picture.ts';
import { countRegistrants, findEvent } from '../db/event.ts';
import { transaction } from '../db/pool.ts';
import { AppError } from '../domain/errors.ts';
import {
  LEAST_PICTURE,
  PICTURE_FIELDS,
  PICTURE_KINDS,
  PICTURE_SIZE,
  PICTURE_TYPES,
  type PictureKind,
  picturePath,
} from '../domain/picture.ts';
import type { AppDependencies } from '../http/context.ts';
import { receivePicture } from '../pictures/receive-picture.ts';
import { inTurn, readInTurn } from '../pictures/uploads.ts';
import { whoAsks } from './authenticate.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { answerOnce } from './import-once.ts';
import { presentEvent } from './present.ts';
import { answers, createApiRouter } from './router.ts';
import { eventWithImageSchema } from './schemas.ts';

const size = ({ width, height }: { readonly width: number; readonly height: number }) =>
  `${width} × ${height}`;

const ABOUT: Readonly<Record<PictureKind, { readonly summary: string; readonly result: string }>> = {
  logo: {
    summary: 'Upload the logo of an event',
    result: `It is made to fit into ${size(PICTURE_SIZE.logo)} pixels, as PNG; what is transparent stays so.`,
  },
  cover: {
    summary: 'Upload the cover of an event',
    result: `It is cropped to ${size(PICTURE_SIZE.cover)} pixels, as JPEG: what pages, mails and social networks show.`,
  },
  host: {
    summary: 'Upload the picture of an event’s host',
    result: `It is cropped to ${size(PICTURE_SIZE.host)} pixels, as JPEG.`,
  },
};

/** A file, as a description of an API names it. */
const FILE = { type: 'string', format: 'binary' } as const;

/** Pictures are received as they arrive and read outside of any transaction: none of what holds for the other changes is for them. */
export function imageRoutes({ config, pool, boss, limits, now }: AppDependencies) {
  const router = createApiRouter();

  for (const kind of PICTURE_KINDS)
    router.openapi(
      createRoute({
        method: 'post',
        path: `/events/{id}/images/${kind}`,
        tags: ['Events'],
        summary: ABOUT[kind].summary,
        description: `A PNG, JPEG, WebP, AVIF or GIF file (its first frame) of up to 10 MiB and 50 megapixels (AVIF 12, 16 bits a channel 25), as the body or as the field \`file\` of a form. What
it is, its content tells, not its name. ${ABOUT[kind].result} It is encoded anew, upright and without anything that the file says beside the picture: no place, no camera.
Less than ${size(LEAST_PICTURE[kind])} pixels are refused with 422, and so are SVG, HEIC, and files that are damaged.

\`${PICTURE_FIELDS[kind]}\` is its address from then on, and never changes what it shows: \`/img/<hash>\`. To show a picture that is elsewhere, or none, change the event. A key may
upload 600 pictures an hour.`,
        request: {
          params: z.object({ id: z.uuid() }),
          body: {
            required: true,
            content: {
              'image/png': { schema: FILE },
              ...Object.fromEntries(PICTURE_TYPES.map((type) => [type, { schema: FILE }])),
              'multipart/form-data': {
                schema: { type: 'object', required: ['file'], properties: { file: FILE } },
              },
            },
          },
        },
        responses: answers(200, 'The event, and the picture as it is kept', eventWithImageSchema),
      }),
      async (c) => {
        const key = readIdempotencyKey(c.req.header('idempotency-key'));
        const { id } = c.req.valid('param');
        const event = await findEvent(pool, { id });
        if (!event) throw eventNotFound();
        if (event.cancelledAt)
          throw new AppError('conflict', 'The event is cancelled and can no longer be changed.');
        const asks = whoAsks(c);
        await limits.picturesByActor.take(asks.actor);
        return inTurn(async () => {
          const file = await receivePicture(c);
          const at = now();
          const work = async () => {
            const picture = await readInTurn(file, kind, '');
            const changed = await transaction(pool, (db) =>
              setPicture({ db, boss, now: at, ...asks }, event, kind, picture),
            );
            const counts = (await countRegistrants(pool, [id])).get(id);
            const { contentType, width, height, bytes, hash } = picture;
            return {
              ...presentEvent(changed, counts ?? { registrants: 0, byEmailStatus: {} }, config.publicUrl),
              image: {
                url: `${config.publicUrl}${picturePath(hash)}`,
                ...{ contentType, width, height },
                bytes: bytes.length,
              },
            };
          };
          if (key === null) return c.json(await work(), 200);
          const hash = createHash('sha256').update(`POST ${c.req.path}\n`).update(file);
          // The whole of it was read already.
          const request = { apiKeyId: c.get('apiKey').id, key, hash, body: nothing(), now: at };
          const { json, replayed } = await answerOnce(pool, request, work);
          if (replayed) c.header('Idempotent-Replayed', 'true');
          return c.json(JSON.parse(json), 200);
        });
      },
    );

  return router;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
