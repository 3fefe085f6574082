import { createRoute, z } from '@hono/zod-openapi';
import { liftSuppression } from '../actions/suppression.ts';
import { listSuppressions } from '../db/suppression.ts';
import { addressHash, normalizeAddress } from '../domain/address.ts';
import type { AppDependencies } from '../http/context.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';
import { presentSuppression } from './present.ts';
import { answers, createApiRouter } from './router.ts';
import { pageOf, pageQuery, suppressionSchema } from './schemas.ts';

const tags = ['Suppressions'];

export function suppressionRoutes({ pool }: AppDependencies) {
  const router = createApiRouter();

  router.openapi(
    createRoute({
      method: 'get',
      path: '/suppressions',
      tags,
      summary: 'List addresses that get no mail, or only what they ask for',
      description: `Newest first. \`scope\`: \`all\` mail is stopped; \`unrequested\`, reminders and announcements are, links
that the person asks for are not; \`reminders\`, those of one event (\`eventId\`). \`reason\`: \`bounced\`, mail to the address
was rejected permanently; \`soft_bounces\`, five mails in a row were rejected; \`complained\`, a mail was marked as spam;
\`provider\`, the mail provider blocks the address; \`unsubscribed\`. To correct a mistyped email, change the registrant.`,
      request: { query: z.object({ ...pageQuery, email: z.string().trim().max(320).optional() }) },
      responses: answers(200, 'A page of suppressions', pageOf(suppressionSchema, 'Suppressions')),
    }),
    async (c) => {
      const { limit, cursor, email } = c.req.valid('query');
      const rows = await listSuppressions(pool, {
        limit: limit + 1,
        before: readCursor(cursor, z.tuple([z.uuid()]))?.[0] ?? null,
        addressHash: email ? addressHash(normalizeAddress(email) ?? email) : null,
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return c.json(
        {
          items: page.map(presentSuppression),
          nextCursor: last && rows.length > limit ? writeCursor([last.id]) : null,
        },
        200,
      );
    },
  );

  router.openapi(
    createRoute({
      method: 'delete',
      path: '/suppressions/{email}',
      tags,
      summary: 'Lift what an address is suppressed for',
      description: `All of it, for all events. Who lifted it is kept. Where the mail provider keeps a suppression list of its own, it is asked
within seconds to take the address off that as well; what it answers does not change this answer. Where it refuses, the audit log says so
(\`suppression_not_lifted\`), and the same request asks it again. 404 where nothing is suppressed.`,
      request: { params: z.object({ email: z.string().min(3).max(320) }) },
      responses: { 204: { description: 'Lifted' } },
    }),
    async (c) => {
      await liftSuppression(c.var.action, c.req.valid('param').email);
      return c.body(null, 204);
    },
  );

  return router;
}
