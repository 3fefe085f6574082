import { createRoute, z } from '@hono/zod-openapi';
import { bulkResend } from '../actions/bulk-resend.ts';
import { SKIP_REASONS } from '../db/fan-out.ts';
import { MESSAGE_STATUSES } from '../domain/delivery/status.ts';
import { MOST_NAMED, registrantFilter } from '../domain/registrant-filter.ts';
import { answers, createApiRouter, jsonBody } from './router.ts';

/** Ten thousand ids fit into it. */
export const BULK_BODY_LIMIT = 512 * 1024;

const bulkResendBody = z
  .strictObject({
    // Upper-case ids are the same ids.
    registrantIds: z
      .array(z.uuid().toLowerCase())
      .min(1)
      .max(MOST_NAMED, `at most ${MOST_NAMED.toLocaleString('en')} at once`)
      .optional(),
    emailStatus: z.array(z.enum(MESSAGE_STATUSES)).min(1).optional(),
    filter: registrantFilter.optional(),
    dryRun: z.boolean().default(false),
  })
  .refine(
    ({ registrantIds, emailStatus, filter }) =>
      [registrantIds, emailStatus, filter].filter((one) => one !== undefined).length === 1,
    'name one of filter, registrantIds and emailStatus',
  );

const bulkResendSchema = z
  .object({
    queued: z.int(),
    skipped: z.array(z.object({ reason: z.enum(['not_found', ...SKIP_REASONS]), count: z.int() })),
  })
  .openapi('BulkResend');

export function bulkRoutes() {
  const router = createApiRouter();

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/resend',
      tags: ['Registrants'],
      summary: 'Send the access link again to many',
      description: `To those whom \`filter\` names (\`{}\`: everybody who has not cancelled; see the list of registrants), to the registrants
named in \`registrantIds\` (up to 10,000; the body may have 512 KiB), or to all whose email status is one of \`emailStatus\`. \`queued\` get a link. \`skipped\` do not: \`not_found\`, the id is no registrant of this event (any
more); \`suppressed\`, mail to the address was rejected permanently, or the person turned it off; \`recently_sent\`, they were sent their link within the last 60 seconds. With \`"dryRun": true\` nothing is sent,
the numbers are the same, and the answer is 200. Up to 20 named registrants are served as urgently as a single one.`,
      request: {
        params: z.object({ id: z.uuid() }),
        ...jsonBody(bulkResendBody, { filter: { joined: false, emailStatus: ['delivered'] }, dryRun: true }),
      },
      responses: {
        ...answers(202, 'On their way', bulkResendSchema),
        ...answers(200, 'What would happen (dry run)', bulkResendSchema),
      },
    }),
    async (c) => {
      const { dryRun, filter, ...named } = c.req.valid('json');
      const result = await bulkResend(c.var.action, c.req.valid('param').id, {
        filter: filter ?? named,
        dryRun,
      });
      return c.json({ queued: result.queued, skipped: [...result.skipped] }, dryRun ? 200 : 202);
    },
  );

  return router;
}
