import { createRoute, z } from '@hono/zod-openapi';
import { bulkResend } from '../actions/bulk-resend.ts';
import { SKIP_REASONS } from '../db/fan-out.ts';
import { MESSAGE_STATUSES } from '../domain/delivery/status.ts';
import { MOST_NAMED } from '../domain/registrant-filter.ts';
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
    dryRun: z.boolean().default(false),
  })
  .refine(
    ({ registrantIds, emailStatus }) => (registrantIds === undefined) !== (emailStatus === undefined),
    'name either registrantIds or emailStatus',
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
      description: `To the registrants named (up to 10,000; the body may have 512 KiB), or to all whose email status is
one of those named. \`queued\` get a link. \`skipped\` do not: \`not_found\`, the id is no registrant of this event (any
more); \`cancelled\`, the person cancelled; \`suppressed\`, mail to the address was rejected permanently, or the person turned it off; \`recently_sent\`, they were sent their link within the last 60 seconds. With \`"dryRun": true\` nothing is sent,
the numbers are the same, and the answer is 200. Up to 20 named registrants are served as urgently as a single one.`,
      request: {
        params: z.object({ id: z.uuid() }),
        ...jsonBody(bulkResendBody, { emailStatus: ['bounced'], dryRun: true }),
      },
      responses: {
        ...answers(202, 'On their way', bulkResendSchema),
        ...answers(200, 'What would happen (dry run)', bulkResendSchema),
      },
    }),
    async (c) => {
      const { registrantIds, emailStatus, dryRun } = c.req.valid('json');
      const selection = registrantIds ? { registrantIds } : { emailStatus: emailStatus ?? [] };
      const result = await bulkResend(c.var.action, c.req.valid('param').id, { selection, dryRun });
      return c.json({ queued: result.queued, skipped: [...result.skipped] }, dryRun ? 200 : 202);
    },
  );

  return router;
}
