import { createRoute, z } from '@hono/zod-openapi';
import { AUDIT_ACTIONS, listAudit } from '../db/audit.ts';
import { instant } from '../domain/instant.ts';
import type { AppDependencies } from '../http/context.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';
import { presentAuditEntry } from './present.ts';
import { answers, createApiRouter } from './router.ts';
import { auditEntrySchema, pageOf, pageQuery } from './schemas.ts';

export function auditRoutes({ pool }: AppDependencies) {
  const router = createApiRouter();

  router.openapi(
    createRoute({
      method: 'get',
      path: '/audit',
      tags: ['Audit'],
      summary: 'List what the team did',
      description:
        'Newest first: who exported, reset access links, corrected addresses, changed custom text, lifted suppressions.',
      request: {
        query: z.object({
          ...pageQuery,
          eventId: z.uuid().optional(),
          actor: z.string().max(100).optional(),
          action: z.enum(AUDIT_ACTIONS).optional(),
          from: instant.optional(),
          until: instant.optional(),
        }),
      },
      responses: answers(200, 'A page of entries', pageOf(auditEntrySchema, 'AuditEntries')),
    }),
    async (c) => {
      const { limit, cursor, eventId, actor, action, from, until } = c.req.valid('query');
      const rows = await listAudit(pool, {
        eventId: eventId ?? null,
        actor: actor ?? null,
        action: action ?? null,
        from: from ?? null,
        until: until ?? null,
        limit: limit + 1,
        before: readCursor(cursor, z.tuple([z.uuid()]))?.[0] ?? null,
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return c.json(
        {
          items: page.map(presentAuditEntry),
          nextCursor: last && rows.length > limit ? writeCursor([last.id]) : null,
        },
        200,
      );
    },
  );

  return router;
}
