import { createRoute, z } from '@hono/zod-openapi';
import { eventNotFound } from '../actions/event.ts';
import { exportNotFound, requestExport, withdrawExport } from '../actions/export.ts';
import { rotateKeys } from '../actions/rotate-keys.ts';
import { findEvent } from '../db/event.ts';
import { findExport, listExports } from '../db/export.ts';
import { SKIP_REASONS } from '../db/fan-out.ts';
import { findKeyReset, type KeyReset } from '../db/key-reset.ts';
import { AppError } from '../domain/errors.ts';
import { exportRequest, keyRotation as keyRotationRequest } from '../domain/input.ts';
import type { AppDependencies } from '../http/context.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';
import { requireScope } from './authenticate.ts';
import { presentExport } from './present.ts';
import { answers, createApiRouter, jsonBody } from './router.ts';
import { exportSchema, pageOf, pageQuery } from './schemas.ts';

const tags = ['Exports'];
const params = z.object({ id: z.uuid() });

const keyRotation = z.object({
  rotated: z.int().openapi({ description: 'Registrants who have a new link' }),
  exportsWithdrawn: z.int(),
  mails: z.int(),
  skipped: z.array(z.object({ reason: z.enum(SKIP_REASONS), count: z.int() })),
});
const keyRotationSchema = keyRotation.openapi('KeyRotation');

const progress = {
  state: z.enum(['running', 'done']),
  total: z.int().openapi({ description: 'Registrants whose link was reset' }),
};
const begunKeyRotationSchema = keyRotation.extend(progress).openapi('BegunKeyRotation');
const keyResetSchema = z
  .object({
    ...progress,
    rotated: keyRotation.shape.rotated,
    notify: z.boolean(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .openapi('KeyReset');

function progressOf({ total, finishedAt }: KeyReset) {
  return { state: finishedAt ? ('done' as const) : ('running' as const), total };
}

export function exportRoutes({ pool }: AppDependencies) {
  const router = createApiRouter();

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/exports',
      tags,
      summary: 'Have the registrants of an event mailed as a file',
      description: `CSV (UTF-8 with a byte order mark, RFC 4180) or an Excel workbook, with the access links. Up to 7 MB it
is attached; a larger one is a link that streams the registrants as they are at the moment of the download, for 24 hours.
\`columns\`: \`"all"\`, or some, in their order, as in the first line of the file (\`first_name\`) or as in the API
(\`firstName\`); \`fields\` stands for all further fields, \`fields.company\` for one. Cells that a spreadsheet would take for a
formula begin with an apostrophe. Times are UTC. \`to\` is a team member's address; left out, your own; with a key that
belongs to no member, anybody's. \`filter\` names the registrants, as everywhere (see the list of registrants); left out
or \`{}\`, everybody who has not cancelled. Statuses, progress and times of registration hold when the file is written. Whom \`q\`, \`fields\`, \`source\` or \`emailDomain\` finds is settled when the export
is requested, where they are at most 10,000. The same request within a minute is the same export.`,
      request: {
        params,
        ...jsonBody(exportRequest, { columns: 'all', format: 'csv', to: 'team@example.com' }),
      },
      responses: answers(202, 'The export', exportSchema),
    }),
    async (c) => {
      const request = c.req.valid('json');
      return c.json(presentExport(await requestExport(c.var.action, c.req.valid('param').id, request)), 202);
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}/exports',
      tags,
      summary: 'List the exports of an event',
      description: 'Newest first.',
      request: { params, query: z.object(pageQuery) },
      responses: answers(200, 'A page of exports', pageOf(exportSchema, 'Exports')),
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const eventId = c.req.valid('param').id;
      if (!(await findEvent(pool, { id: eventId }))) throw eventNotFound();
      const before = readCursor(cursor, z.tuple([z.uuid()]))?.[0] ?? null;
      const rows = await listExports(pool, { eventId, limit: limit + 1, before });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return c.json(
        {
          items: page.map(presentExport),
          nextCursor: last && rows.length > limit ? writeCursor([last.id]) : null,
        },
        200,
      );
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/exports/{id}',
      tags,
      summary: 'Get an export',
      description:
        '`rows` and `bytes` grow while it runs. `sent` once the mail server took its mail; `failed` with the `error` otherwise.',
      request: { params },
      responses: answers(200, 'The export', exportSchema),
    }),
    async (c) => {
      const found = await findExport(pool, c.req.valid('param').id);
      if (!found) throw exportNotFound();
      return c.json(presentExport(found), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'delete',
      path: '/exports/{id}',
      tags,
      summary: 'Revoke the link to an export',
      description:
        'An export that was not sent yet is cancelled, and its link stops working. A file that was attached to a mail cannot be taken back: reset the access links of the event.',
      request: { params },
      responses: { 204: { description: 'Revoked' } },
    }),
    async (c) => {
      await withdrawExport(c.var.action, c.req.valid('param').id);
      return c.body(null, 204);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/rotate-keys',
      tags: ['Registrants'],
      summary: 'Reset all access links of an event',
      description: `For when links leaked: every registrant gets a new access key, the old links stop working at once, mails that wait bring the new
ones, and exports of the event are withdrawn. With \`"notify": true\` everybody is sent their new link (this needs the scope \`send\` as well): \`mails\` go out, \`skipped\`
get none (\`suppressed\`). Whoever opens an old link is offered to have the new one sent to the registered address. Up to 1,000 registrants have their new links with the
answer (200). Where there are more, the answer is 202: the old links of all are worth nothing, the new ones follow within seconds or minutes, and
\`GET\` on the same path says how far it is. Until then no export can be requested, the API shows a registrant whose turn has not come with the old
link, and a mail to one brings the new one. \`mails\` go out once all have new links. Asked for again meanwhile it is the same reset.`,
      request: {
        params,
        body: {
          required: false,
          content: { 'application/json': { schema: keyRotationRequest, example: { notify: true } } },
        },
      },
      responses: {
        ...answers(202, 'New links are on their way to being made', begunKeyRotationSchema),
        ...answers(200, 'What was changed', keyRotationSchema),
      },
    }),
    async (c) => {
      // A POST without a body has no type, and is not looked at by the validator.
      const notify = c.req.valid('json')?.notify ?? false;
      if (notify) requireScope(c, 'send');
      const { reset, ...rotation } = await rotateKeys(c.var.action, c.req.valid('param').id, { notify });
      const done = { ...rotation, rotated: reset.replaced, skipped: [...rotation.skipped] };
      return reset.finishedAt ? c.json(done, 200) : c.json({ ...done, ...progressOf(reset) }, 202);
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}/rotate-keys',
      tags: ['Registrants'],
      summary: 'See how far the latest reset of all access links is',
      description: '404 where the access links of this event were never reset all together.',
      request: { params },
      responses: answers(200, 'The latest reset', keyResetSchema),
    }),
    async (c) => {
      const eventId = c.req.valid('param').id;
      if (!(await findEvent(pool, { id: eventId }))) throw eventNotFound();
      const reset = await findKeyReset(pool, eventId);
      if (!reset) throw new AppError('not_found', 'The access links of this event were never reset.');
      const { replaced, notify, startedAt, finishedAt } = reset;
      return c.json(
        {
          ...{ ...progressOf(reset), rotated: replaced, notify },
          ...{ startedAt: startedAt.toISOString(), finishedAt: finishedAt?.toISOString() ?? null },
        },
        200,
      );
    },
  );

  return router;
}
