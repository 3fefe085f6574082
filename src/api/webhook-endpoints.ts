import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  addEndpoint,
  changeEndpoint,
  deleteEndpoint,
  deliveryNotFound,
  endpointNotFound,
  replayAllFailed,
  replayDelivery,
  rotateSecret,
  testEndpoint,
  type WebhookRules,
} from '../actions/webhook-endpoint.ts';
import type { Db } from '../db/pool.ts';
import { findDelivery, listDeliveries, type WebhookDelivery } from '../db/webhook-delivery.ts';
import { findEndpoint, listEndpoints, type WebhookEndpoint } from '../db/webhook-endpoint.ts';
import {
  DELIVERY_STATES,
  MOST_EVENT_IDS,
  MOST_TRIES,
  TEST_TYPE,
  WEBHOOK_PATTERNS,
  WEBHOOK_TYPES,
} from '../domain/webhook.ts';
import type { AppDependencies, AppEnv } from '../http/context.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';
import { createDns } from '../lib/dns.ts';
import { createPublicHosts } from '../lib/public-address.ts';
import { answers, createApiRouter, jsonBody } from './router.ts';
import { pageOf, pageQuery } from './schemas.ts';
import { readBodyContext, webhookBody } from './webhook-body.ts';

const tags = ['Webhooks'];
const params = z.object({ id: z.uuid() });
const time = () => z.iso.datetime();

/** Each once; what is there twice is said where it is. */
const once = <Item extends z.ZodType>(item: Item, most: number) =>
  z
    .array(item)
    .min(1)
    .max(most)
    .superRefine((items, context) => {
      for (const [i, one] of items.entries())
        if (items.indexOf(one) < i)
          context.addIssue({ code: 'custom', path: [i], message: 'is there twice', input: one });
    });

const pattern = z.string().refine((text) => WEBHOOK_PATTERNS.includes(text), {
  error: `must be a type (${WEBHOOK_TYPES.join(', ')}), all of a sort like registrant.*, or *`,
});

export const endpointFields = {
  url: z.string().openapi({ description: 'An https address', example: 'https://example.com/hooks' }),
  events: once(pattern, WEBHOOK_PATTERNS.length).openapi({
    description: 'Types, all of a sort (`registrant.*`), or everything (`*`)',
    example: ['message.bounced', 'registrant.*'],
  }),
  eventIds: once(z.uuid(), MOST_EVENT_IDS)
    .nullable()
    .openapi({ description: 'Only what happens at these events; null: at all', example: null }),
  includeAccessLinks: z.boolean().openapi({
    description: 'Whether registrants come with `accessKey` and `accessLink`, and events with `roomUrl`',
  }),
};
const { eventIds, includeAccessLinks } = endpointFields;
const endpointRequest = z.strictObject({
  ...endpointFields,
  eventIds: eventIds.default(null),
  includeAccessLinks: includeAccessLinks.default(false),
});
const endpointChange = z.strictObject({
  ...z.object(endpointFields).partial().shape,
  enabled: z.boolean().optional(),
});

const endpointSchema = z
  .object({
    id: z.uuid(),
    url: z.string(),
    events: z.array(z.string()),
    eventIds: z.array(z.uuid()).nullable(),
    includeAccessLinks: z.boolean(),
    enabled: z.boolean().openapi({ description: 'Whether anything is published to it' }),
    disabledAt: time().nullable(),
    disabledReason: z.enum(['by_hand', 'gone', 'failing']).nullable().openapi({
      description: '`gone`: it answered 410; `failing`: no 2xx for three days',
    }),
    createdAt: time(),
    lastSuccessAt: time().nullable(),
    failingSince: time()
      .nullable()
      .openapi({ description: 'The first failed try since the last success; null: the last try succeeded' }),
    lastError: z.string().nullable().openapi({ description: 'What the last failed try came to' }),
  })
  .openapi('WebhookEndpoint');

const secret = z.string().openapi({
  description: 'Signs the requests; it is shown this once',
  example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
});
const newEndpointSchema = endpointSchema.extend({ secret }).openapi('NewWebhookEndpoint');
const rotatedSchema = endpointSchema
  .extend({
    secret,
    formerSecretUntil: time().openapi({ description: 'Until then the former secret signs beside it' }),
  })
  .openapi('RotatedWebhookEndpoint');

const deliverySchema = z
  .object({
    id: z.uuid().openapi({ description: 'The `webhook-id` of its requests' }),
    endpointId: z.uuid(),
    type: z.string().openapi({ example: 'message.bounced' }),
    sequence: z.int(),
    status: z.enum(DELIVERY_STATES),
    eventId: z.uuid().nullable(),
    registrantId: z.uuid().nullable(),
    occurredAt: time(),
    tries: z.int(),
    nextTryAt: time().nullable(),
    endedAt: time().nullable().openapi({ description: 'When it was delivered, or tried for the last time' }),
    body: z.string().openapi({ description: 'What is sent, but for access links, which are kept nowhere' }),
    attempts: z
      .array(
        z.object({
          at: time(),
          ms: z.int(),
          status: z.int().nullable().openapi({ description: 'Of the answer; null: there was none' }),
          error: z.string().nullable(),
          answer: z.string().nullable().openapi({
            description: 'The beginning of the answer, at most 4 KiB; null: it is no longer kept',
          }),
        }),
      )
      .openapi({ description: 'The last 20, oldest first' }),
  })
  .openapi('WebhookDelivery');

export function presentEndpoint(e: WebhookEndpoint): z.infer<typeof endpointSchema> {
  return {
    ...{ id: e.id, url: e.url, events: [...e.events], eventIds: e.eventIds && [...e.eventIds] },
    ...{ includeAccessLinks: e.includeAccessLinks, enabled: e.switchedOffAt === null },
    ...{ disabledAt: e.switchedOffAt?.toISOString() ?? null, disabledReason: e.switchedOffWhy },
    ...{ createdAt: e.createdAt.toISOString(), lastSuccessAt: e.lastSuccessAt?.toISOString() ?? null },
    ...{ failingSince: e.failingSince?.toISOString() ?? null, lastError: e.lastFailure },
  };
}

/** With what is sent, for many at once. */
export async function presentDeliveries(
  db: Db,
  deliveries: readonly WebhookDelivery[],
  publicUrl: string,
): Promise<z.infer<typeof deliverySchema>[]> {
  const about = await readBodyContext(db, deliveries, { publicUrl, withAccess: false });
  return deliveries.map((delivery) => {
    const { id, endpointId, type, sequence, state, eventId, registrantId, tries, attempts } = delivery;
    return {
      ...{ id, endpointId, type, sequence, status: state, eventId, registrantId, tries },
      occurredAt: delivery.occurredAt.toISOString(),
      nextTryAt: state === 'pending' ? delivery.nextAt.toISOString() : null,
      endedAt: delivery.endedAt?.toISOString() ?? null,
      body: webhookBody(delivery, about),
      attempts: attempts.map(({ answer = null, ...attempt }) => ({ ...attempt, answer })),
    };
  });
}

export function webhookRules({ config }: Pick<AppDependencies, 'config'>): WebhookRules {
  const { production, appSecret, dnsServers } = config;
  const resolve = createPublicHosts(createDns(dnsServers), { loopback: !production });
  return { production, appSecret, resolve };
}

export function webhookEndpointRoutes(dependencies: AppDependencies) {
  const { pool, config } = dependencies;
  const router = createApiRouter();
  const rules = webhookRules(dependencies);

  const one = async (db: Db, delivery: WebhookDelivery) => {
    const [shown] = await presentDeliveries(db, [delivery], config.publicUrl);
    return shown as z.infer<typeof deliverySchema>;
  };
  const isSecret = (c: Context<AppEnv>) => c.set('answerIsSecret', true);

  router.openapi(
    createRoute({
      method: 'get',
      path: '/webhook-endpoints',
      tags,
      summary: 'List webhook endpoints',
      description: 'Oldest first. Secrets are shown only when they are made.',
      request: { query: z.object(pageQuery) },
      responses: answers(200, 'A page of endpoints', pageOf(endpointSchema, 'WebhookEndpoints')),
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const after = readCursor(cursor, z.tuple([z.uuid()]))?.[0] ?? '';
      const rows = (await listEndpoints(pool)).filter(({ id }) => id > after);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const nextCursor = last && rows.length > limit ? writeCursor([last.id]) : null;
      return c.json({ items: page.map(presentEndpoint), nextCursor }, 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/webhook-endpoints',
      tags,
      summary: 'Add a webhook endpoint',
      description: `What happens from then on is posted to it, by Standard Webhooks: \`{ "type", "timestamp", "sequence", "data" }\`, signed with the
\`secret\` of this answer (\`webhook-id\`, \`webhook-timestamp\`, \`webhook-signature\`). Any 2xx within 10 seconds is success; else it is tried ${MOST_TRIES}
times over 27 hours: at once, after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h. 410, or three days without a 2xx, switches it off. Its address must be
public. A key that belongs to a member needs that member to be an admin.`,
      request: jsonBody(endpointRequest, {
        url: 'https://example.com/hooks',
        events: ['message.bounced', 'registrant.*'],
      }),
      responses: answers(201, 'The new endpoint, with its secret', newEndpointSchema),
    }),
    async (c) => {
      const { endpoint, secret } = await addEndpoint(c.var.action, rules, c.req.valid('json'));
      isSecret(c);
      return c.json({ ...presentEndpoint(endpoint), secret }, 201);
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/webhook-endpoints/{id}',
      tags,
      summary: 'Get a webhook endpoint',
      request: { params },
      responses: answers(200, 'The endpoint', endpointSchema),
    }),
    async (c) => c.json(presentEndpoint(await requireEndpoint(pool, c.req.valid('param').id)), 200),
  );

  router.openapi(
    createRoute({
      method: 'patch',
      path: '/webhook-endpoints/{id}',
      tags,
      summary: 'Change a webhook endpoint, or switch it on or off',
      description:
        'Off, nothing is published to it, and what waits for it is kept. `"enabled": true` forgets its failures and sends what waits.',
      request: { params, ...jsonBody(endpointChange, { enabled: true }) },
      responses: answers(200, 'The endpoint', endpointSchema),
    }),
    async (c) => {
      const changed = await changeEndpoint(c.var.action, rules, c.req.valid('param').id, c.req.valid('json'));
      return c.json(presentEndpoint(changed), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'delete',
      path: '/webhook-endpoints/{id}',
      tags,
      summary: 'Delete a webhook endpoint',
      description: 'What waits for it is not sent.',
      request: { params },
      responses: { 204: { description: 'Deleted' } },
    }),
    async (c) => {
      await deleteEndpoint(c.var.action, c.req.valid('param').id);
      return c.body(null, 204);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/webhook-endpoints/{id}/rotate-secret',
      tags,
      summary: 'Give a webhook endpoint a new secret',
      description:
        'For 24 hours requests carry two signatures, by both secrets. Rotated again before that, the older of the two ends at once.',
      request: { params },
      responses: answers(200, 'The endpoint, with its new secret', rotatedSchema),
    }),
    async (c) => {
      const { endpoint, secret, formerUntil } = await rotateSecret(
        c.var.action,
        rules,
        c.req.valid('param').id,
      );
      isSecret(c);
      const formerSecretUntil = formerUntil.toISOString();
      return c.json({ ...presentEndpoint(endpoint), secret, formerSecretUntil }, 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/webhook-endpoints/{id}/test',
      tags,
      summary: 'Send a test to a webhook endpoint',
      description: `A delivery of the type \`${TEST_TYPE}\`, whatever types the endpoint asked for. It is tried within a second: its delivery says what came of it.`,
      request: { params },
      responses: answers(202, 'Its delivery', deliverySchema),
    }),
    async (c) => {
      const { action } = c.var;
      return c.json(await one(action.db, await testEndpoint(action, c.req.valid('param').id)), 202);
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/webhook-endpoints/{id}/deliveries',
      tags,
      summary: 'List what was sent to a webhook endpoint',
      description:
        'Newest first, with the answers: kept for 14 days. `status`, `type`, `eventId` and `registrantId` narrow the list.',
      request: {
        params,
        query: z.object({
          ...pageQuery,
          status: z.enum(DELIVERY_STATES).optional(),
          type: z.enum([...WEBHOOK_TYPES, TEST_TYPE]).optional(),
          eventId: z.uuid().optional(),
          registrantId: z.uuid().optional(),
        }),
      },
      responses: answers(200, 'A page of deliveries', pageOf(deliverySchema, 'WebhookDeliveries')),
    }),
    async (c) => {
      const { limit, cursor, status, ...asked } = c.req.valid('query');
      const { id } = await requireEndpoint(pool, c.req.valid('param').id);
      const { type = null, eventId = null, registrantId = null } = asked;
      const before = readCursor(cursor, z.tuple([z.uuid()]))?.[0] ?? null;
      const query = { endpointId: id, states: status ? [status] : [], type, eventId, registrantId, before };
      const rows = await listDeliveries(pool, { ...query, limit: limit + 1 });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const nextCursor = last && rows.length > limit ? writeCursor([last.id]) : null;
      return c.json({ items: await presentDeliveries(pool, page, config.publicUrl), nextCursor }, 200);
    },
  );

  const delivery = z.object({ id: z.uuid(), did: z.uuid() });
  router.openapi(
    createRoute({
      method: 'get',
      path: '/webhook-endpoints/{id}/deliveries/{did}',
      tags,
      summary: 'Get a delivery to a webhook endpoint',
      request: { params: delivery },
      responses: answers(200, 'The delivery', deliverySchema),
    }),
    async (c) => {
      const { id, did } = c.req.valid('param');
      await requireEndpoint(pool, id);
      const found = await findDelivery(pool, id, did);
      if (!found) throw deliveryNotFound();
      return c.json(await one(pool, found), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/webhook-endpoints/{id}/deliveries/{did}/replay',
      tags,
      summary: 'Send a delivery again',
      description: 'Under the same `webhook-id`, whatever became of it before. Tries are counted anew.',
      request: { params: delivery },
      responses: answers(202, 'The delivery', deliverySchema),
    }),
    async (c) => {
      const { id, did } = c.req.valid('param');
      const { action } = c.var;
      return c.json(await one(action.db, await replayDelivery(action, id, did)), 202);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/webhook-endpoints/{id}/replay-failed',
      tags,
      summary: 'Send all deliveries again that failed',
      description: 'At most 10,000, the oldest first.',
      request: { params },
      responses: answers(202, 'How many', z.object({ replayed: z.int() }).openapi('ReplayedWebhooks')),
    }),
    async (c) => c.json({ replayed: await replayAllFailed(c.var.action, c.req.valid('param').id) }, 202),
  );

  return router;
}

async function requireEndpoint(db: Db, id: string): Promise<WebhookEndpoint> {
  const endpoint = await findEndpoint(db, id);
  if (!endpoint) throw endpointNotFound();
  return endpoint;
}
